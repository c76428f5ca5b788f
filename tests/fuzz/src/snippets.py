# Definitions that generated programs choose from, in this order. Each block ends at the next line that begins
# in the first column; what a program names comes with what that names.
import sys
import io
import math
import threading
import contextlib
from collections import Counter, deque, OrderedDict
from contextlib import contextmanager
from itertools import chain, islice
from outside import Val
from outside import Stream
from outside import Quiet
from outside import Keyed
from outside import touch
from outside import plain
from outside import boom
from outside import items
from outside import risky
from outside import drive
from outside import poke
from outside import jit
from outside import script

STATE = {"n": 0}
LOG = []
TABLE = {0: 5, 1: 6, 2: 7, 3: 8, 4: 9, 5: 10, 6: 11, 7: 12, 8: 13, 9: 14}
WORDS = ["one", "two", "three"]
NUMBERS = [4, 2, 7, 1]
limit = 3
ident = lambda v: v
loud = lambda v: print("loud", v) or v

def sq(x):
    return x * x + 1

def dbl(x: int) -> int:
    return x * 2

def twice(x):
    return dbl(dbl(x))

def is_big(x):
    return x > 2

def tick(x):
    print("tick", x)
    return x

def tock(x):
    return tick(x) + 1

def bump(x):
    STATE["n"] += 1
    return x + STATE["n"]

def peek(x):
    return x + STATE["n"]

def log(x):
    LOG.append(x)
    return x

def logged(x):
    return len(LOG) + x

def check(x):
    if x > 3:
        raise ValueError(x)
    return x

def tick_check(x):
    print("checks", x)
    if x > 3:
        raise ValueError(x)
    return x

def raise_limit(x):
    global limit
    limit += x
    return x

def below(x):
    return x < limit

def pull(it):
    return next(it)

def halt(x):
    if x > 3:
        raise StopIteration
    return x

def safe_pull(it):
    try:
        return next(it)
    except StopIteration:
        return -1

def who(x):
    return sys._getframe(1).f_code.co_name

def call(f, x):
    return f(x)

def kind_of(xs, *more, **options):
    print(type(xs).__name__)
    return 0

async def aid(x):
    return x

async def agen(n):
    for i in range(n):
        yield i

async def collect(it):
    got = []
    async for value in it:
        got.append(value)
    return got

def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as done:
        return done.value

def shrink(xs):
    xs.pop()
    return len(xs)

def fill(xs):
    xs.append(9)
    return 9

def pgen(n):
    for i in range(n):
        yield i

def gen(n):
    print("gen starts")
    try:
        for i in range(n):
            print("gen gives", i)
            yield i
    finally:
        print("gen ends")

def stubborn(n):
    for i in range(n):
        try:
            yield i
        except KeyError:
            print("stubborn swallows")
            yield -1

def listening(n):
    for i in range(n):
        got = yield i
        print("got", got)

def counted(n):
    yield n
    return "result"

def make(n):
    return [n, n + 1, n + 2]

def cached(n, _all={}):
    if n not in _all:
        _all[n] = gen(n)
    return _all[n]

class Item:
    def __init__(self, value: int):
        self.value = value
        self.parts = [value, value + 1]

    def double(self):
        return self.value * 2

    def small(self) -> bool:
        return self.value < 3

    def save(self):
        print("save", self.value)
        return True

    def grow(self):
        self.value += 1
        return self.value

class Loud:
    def __init__(self, n: int):
        self.n = n

    def __add__(self, other):
        print("loud add", self.n)
        return self.n + (other.n if isinstance(other, Loud) else other)

    def __radd__(self, other):
        print("loud radd", self.n)
        return self.n + other

    def __lt__(self, other):
        print("loud lt", self.n)
        return self.n < other.n

    def __gt__(self, other):
        print("loud gt", self.n)
        return self.n > other.n

    def __eq__(self, other):
        print("loud eq", self.n)
        return isinstance(other, Loud) and self.n == other.n

    def __hash__(self):
        print("loud hash", self.n)
        return self.n

    def __bool__(self):
        print("loud bool", self.n)
        return self.n > 1

class Sly:
    def __init__(self, n: int):
        self.n = n

    def __add__(self, other):
        print("sly add", self.n)
        return self.n + (other.n if isinstance(other, Sly) else other)

    def __radd__(self, other):
        print("sly radd", self.n)
        return self.n + other

    def __lt__(self, other):
        print("sly lt", self.n)
        return self.n < other.n

    def __gt__(self, other):
        print("sly gt", self.n)
        return self.n > other.n

    def __eq__(self, other):
        print("sly eq", self.n)
        return isinstance(other, Sly) and self.n == other.n

    def __hash__(self):
        print("sly hash", self.n)
        return self.n

    def __bool__(self):
        print("sly bool", self.n)
        return self.n > 1

class Box:
    def __init__(self, n: int):
        self.n = n

    @property
    def half(self):
        return self.n // 2

    @property
    def seen(self):
        print("seen", self.n)
        return self.n

class Bag:
    def __init__(self, n: int):
        self.n = n

    def __iter__(self):
        print("bag iter")
        for i in range(self.n):
            print("bag gives", i)
            yield i

class Shelf:
    def __init__(self, n: int):
        self.content = list(range(n))

    def __iter__(self):
        return iter(self.content)

    def __len__(self):
        return len([c for c in self])

class Once:
    def __init__(self, n: int):
        self.left = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left

class Own:
    def __init__(self):
        self.got = []

    def extend(self, values):
        self.got.append(len(values))

    def update(self, values):
        self.got.append(values[0])

@contextmanager
def managed(name):
    print("enter", name)
    try:
        yield name
    finally:
        print("exit", name)

@contextmanager
def swallowing(name):
    try:
        yield name
    except Exception as error:
        print("swallowed", type(error).__name__)

class Door:
    def __init__(self, name):
        print("opens", name)
        self.name = name
        self.open = True

    def use(self, x=0):
        print("uses", self.name, x)
        return x

    def fail(self):
        raise ValueError(self.name)

    def close(self):
        print("closes", self.name)
        self.open = False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

class Greeting:
    def __init__(self, name):
        print("opens", name)
        self.name = name

    def use(self, x=0):
        print("uses", self.name, x)
        return x

    def close(self):
        print("closes", self.name)

    def __enter__(self):
        print("hello")
        return self

    def __exit__(self, *error):
        self.close()

class Forgiving:
    def __init__(self, name):
        self.name = name

    def use(self, x=0):
        print("uses", self.name, x)
        return x

    def close(self):
        print("closes", self.name)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        self.close()
        return kind is ValueError

class Bare:
    def __init__(self, name):
        print("opens", name)
        self.name = name

    def use(self, x=0):
        print("uses", self.name, x)
        return x

    def close(self):
        print("closes", self.name)

class Pool:
    def __init__(self, name):
        self.name = name

    def use(self, x=0):
        print("uses", self.name, x)
        return x

    def close(self):
        print("closes", self.name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        print("terminates", self.name)

class Gate:
    def acquire(self):
        print("acquires")
        return True

    def release(self):
        print("releases")

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *error):
        self.release()

def opened(name):
    return Door(name)
