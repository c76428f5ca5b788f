import sys

try:
    from no_such_library import caller_name
except ImportError:
    if hasattr(sys, "_getframe"):
        def caller_name(x):
            return sys._getframe(1).f_code.co_name
    else:
        def caller_name(x):
            return "unknown"


def callers(xs):
    return set([caller_name(x) == "<genexpr>" for x in xs])


print(callers("ab"))
