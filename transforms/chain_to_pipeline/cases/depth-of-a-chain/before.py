import sys


def depth(node):
    below = [depth(child) for child in node]
    return 1 + max(below, default=0)


chain = []
for _ in range(480):
    chain = [chain]
sys.setrecursionlimit(1000)
try:
    print(depth(chain) > 400)
except RecursionError:
    print("too deep")
