sys = None
import sys


def inside_of_a_generator():
    return "genexpr" in sys._getframe(1).f_code.co_name


def audit(xs):
    return tuple([inside_of_a_generator() for _ in xs])


print(audit("ab"))
