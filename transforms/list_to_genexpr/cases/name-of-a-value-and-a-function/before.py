import sys

caller_is_generator = None


def caller_is_generator():
    return "genexpr" in sys._getframe(1).f_code.co_name


def audit(xs):
    return tuple([caller_is_generator() for _ in xs])


print(audit("ab"))
