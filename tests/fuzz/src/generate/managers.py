# Definitions of the programs whose functions set up and clean up alike.
import os

class Book:
    def begin(self, name, n=0):
        print("begins", name, n)
        return name

    def end(self, name, n=0):
        print("ends", name, n)

class Meter:
    busy = False
    depth = 0

BOOK = Book()
METER = Meter()
LEVEL = 0

def set_level(n):
    global LEVEL
    LEVEL += n
    print("level", LEVEL)
    return LEVEL

def seen():
    return sys._getframe(1).f_code.co_name
