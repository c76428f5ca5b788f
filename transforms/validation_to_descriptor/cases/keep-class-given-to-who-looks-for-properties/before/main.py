from model import Car
from schema import describe

print(describe(Car))
