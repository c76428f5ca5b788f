import sys


def depth_of(xs):
    names = [sys._getframe().f_code.co_name == "<genexpr>" for _ in xs]
    return tuple(names)


print(depth_of([1, 2]))
