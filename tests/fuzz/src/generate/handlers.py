# Definitions of the programs whose handlers only pass.
import json
import os

class Mine(Exception):
    pass

class Under(Mine):
    pass

class Asking(type):
    def __subclasscheck__(cls, other):
        print("asks", other.__name__)
        return True

class Picky(Exception, metaclass=Asking):
    pass

def together(x):
    if x > 3:
        raise ExceptionGroup("both", [ValueError(x), KeyError(x)])
    return x

def one_of(x):
    raise ExceptionGroup("one", [ValueError(x)])

def kinds():
    print("kinds")
    return (ValueError, KeyError)

def own(x):
    if x > 3:
        raise Under(x)
    return x

class Crowd:
    def raises(self, x):
        raise ExceptionGroup("crowd", [OSError(x)])

ERRORS = [ValueError]
