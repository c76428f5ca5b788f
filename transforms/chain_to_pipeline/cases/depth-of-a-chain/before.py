import sys


def depth(node):
    below = [depth(child) for child in node]
    return 1 + max(below, default=0)


# About as deep as a comprehension in a recursive function may be: since PEP 709 it has no frame of its own.
levels = 460 if sys.version_info < (3, 12) else 800
chain = []
for _ in range(levels):
    chain = [chain]
print(depth(chain) - levels)
