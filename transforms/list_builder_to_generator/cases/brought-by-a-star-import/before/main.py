from scan import *

print(total("a,b"), fields("a,b")[0])
