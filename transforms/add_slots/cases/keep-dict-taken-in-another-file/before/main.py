from dump import dump
from model import Rec

print(dump([Rec(i, str(i)) for i in range(2)]))
