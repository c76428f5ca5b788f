"""Runs pairs of programs and compares what they did.

Reads one JSON array of jobs per line, writes one JSON array of results per line. A job is
{"before": text, "after": text, "quiet": [convention, ...], "seconds": n}; a result is null where both did the
same, else [what the first did, what the second did], each a list of events.

Programs see `print` as the recorder of their trace, and a module `outside` that stands for code of which the
file under rewrite shows nothing. What in it goes against a convention of the contract can be turned off by the
convention's name, which tells divergences apart that the convention excuses.
"""

import builtins
import collections
import contextlib
import functools
import importlib
import inspect
import json
import os
import re
import resource
import shutil
import signal
import sys
import types
import warnings

MOST_EVENTS = 3000
SIZED = (list, tuple, set, frozenset, dict, str, bytes, collections.deque)
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
PLAIN = (int, str, float, bool, type(None), bytes, complex, range)

OFTEN = "abc argparse asyncio collections contextlib csv dataclasses enum functools io itertools json math operator".split()
OFTEN += "pathlib re sqlite3 string tempfile threading time typing unittest weakref zipfile".split()
HOME = os.getcwd()
# Stand-ins for modules that cases import.
GIVEN = frozenset(os.listdir(HOME))
STREAMS = (open("/dev/null", "w"), open("/dev/null", "w"))

trace = []
quiet = frozenset()
running = False


class Limit(BaseException):
    """Too many events or too much time."""


def show(value, depth=0):
    """Like repr, but runs no code of the program."""
    kind = type(value)
    if kind in SIZED and len(value) > 200:
        return f"{kind.__name__} of {len(value)}"
    if kind in PLAIN:
        return repr(value)
    if depth > 4:
        return "..."
    name = kind.__name__
    if isinstance(value, dict):
        pairs = [f"{show(k, depth + 1)}: {show(v, depth + 1)}" for k, v in dict.items(value)]
        return name + "{" + ", ".join(pairs) + "}"
    if kind in (list, tuple) or name == "deque":
        return name + "(" + ", ".join([show(v, depth + 1) for v in value]) + ")"
    if kind in (set, frozenset):
        return name + "(" + ", ".join(sorted([show(v, depth + 1) for v in value])) + ")"
    if isinstance(value, BaseException):
        return name
    # Calling a coroutine of old gives a generator; that calling a new one does not is the rewrite itself.
    return "<generator>" if name == "coroutine" else f"<{name}>"


def record(*values, sep=" ", end="\n", file=None, flush=False):
    if len(trace) >= MOST_EVENTS:
        raise Limit
    text = " ".join([v if type(v) is str else show(v) for v in values])
    if " at 0x" in text:
        text = ADDRESS.sub(" at ...", text)
    if file is not None:
        return file.write(text + end)
    trace.append(text)


def unraisable(info):
    trace.append(f"unraisable {info.exc_type.__name__}")


class Val:
    """A number with operators that can be seen (against convention 1) or that may raise (convention 6)."""

    def __init__(self, n, bad=False):
        self.n = n
        self.bad = bad

    def __repr__(self):
        return f"Val({self.n})"

    def _do(self, what):
        if "operators" not in quiet:
            trace.append(f"{what} {self.n}")

    def _check(self):
        if self.bad and "early-stop" not in quiet:
            raise TypeError("bad operand")

    def _of(self, other):
        return other.n if isinstance(other, Val) else other

    def __add__(self, other):
        self._do("add")
        self._check()
        return Val(self.n + self._of(other))

    __radd__ = __add__

    def __mul__(self, other):
        self._do("mul")
        self._check()
        return Val(self.n * self._of(other))

    __rmul__ = __mul__

    def __lt__(self, other):
        self._do("lt")
        self._check()
        return self.n < self._of(other)

    def __gt__(self, other):
        self._do("gt")
        self._check()
        return self.n > self._of(other)

    def __eq__(self, other):
        self._do("eq")
        return self.n == self._of(other)

    def __hash__(self):
        self._do("hash")
        return hash(self.n)

    def __bool__(self):
        self._do("bool")
        self._check()
        return bool(self.n)

    @property
    def value(self):
        self._do("get value")
        self._check()
        return self.n


class Stream:
    """An iterator that can be driven like a generator, and says so."""

    def __init__(self, n):
        self.left = list(range(n))

    def __iter__(self):
        trace.append("stream iter")
        return self

    def __next__(self):
        trace.append("stream next")
        if not self.left:
            raise StopIteration
        return self.left.pop(0)

    def send(self, value):
        trace.append(f"stream send {show(value)}")
        return self.__next__()

    def throw(self, kind, value=None, tb=None):
        trace.append("stream throw")
        raise kind

    def close(self):
        trace.append("stream close")


class Quiet:
    """An iterator of which nothing is seen but that it advances."""

    def __init__(self, n):
        self.left = list(range(n))

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        return self.left.pop(0)


class Keyed:
    """Iterates as a sequence of pairs, and has `keys`, so that `dict` treats it as a mapping."""

    def __init__(self, n):
        self.n = n

    def keys(self):
        return range(self.n)

    def __getitem__(self, key):
        return key * 10

    def __iter__(self):
        return iter([(i, i) for i in range(self.n)])

    def __len__(self):
        return len(list(iter(self)))


def touch(x=0):
    trace.append(f"touch {show(x)}")
    return x


def plain(x=0):
    return x


def boom(x=0):
    if isinstance(x, int) and x > 2:
        raise KeyError(x)
    return x


def items(n):
    return [Val(i) for i in range(n)]


def risky(n):
    return [Val(i, bad=i == n - 1) for i in range(n)]


def drive(generator, n=2):
    """Takes some elements and closes."""
    got = []
    for value in generator:
        got.append(value)
        if len(got) == n:
            break
    close = getattr(generator, "close", None)
    if close is not None:
        close()
    return got


def poke(generator):
    """Sends and throws (against convention 10)."""
    got = []
    try:
        got.append(next(generator))
        if "nobody-sends" not in quiet and hasattr(generator, "send"):
            got.append(generator.send("s"))
            generator.throw(KeyError)
    except (StopIteration, KeyError) as error:
        got.append(type(error).__name__)
    return got


def jit(function=None):
    """Compiles a function, or those of a class, from the source, in a language that has no generators."""
    if function is None:
        return jit
    functions = vars(function).values() if isinstance(function, type) else [function]
    for one in functions:
        code = getattr(one, "__code__", None)
        if code is None:
            continue
        names = [c.co_name for c in code.co_consts if isinstance(c, types.CodeType)]
        if "<genexpr>" in names or code.co_flags & inspect.CO_GENERATOR:
            raise TypeError("generators are not supported")
    return function


outside = types.ModuleType("outside")
for thing in (Val, Stream, Quiet, Keyed, touch, plain, boom, items, risky, drive, poke, jit):
    setattr(outside, thing.__name__, thing)
outside.script = jit
# What `from outside import *` binds: names of builtins, with another meaning.
for name in ("any", "sum", "max"):
    setattr(outside, name, lambda values, *more, **options: type(values).__name__)
outside.__all__ = ["any", "sum", "max"]
sys.modules["outside"] = outside


class chdir:
    """What contextlib has from Python 3.11 on."""

    def __init__(self, path):
        self.path = path
        self.old = []

    def __enter__(self):
        self.old.append(os.getcwd())
        os.chdir(self.path)

    def __exit__(self, *error):
        os.chdir(self.old.pop())


if not hasattr(contextlib, "chdir"):
    contextlib.chdir = chdir


def no_loop():
    """As at the start of a program: there is no current loop of asyncio, but one to be had."""
    import asyncio

    if sys.version_info < (3, 14):
        asyncio.set_event_loop_policy(None)
    else:
        asyncio.set_event_loop(asyncio.new_event_loop())


def on_time(signum, frame):
    if running:
        raise Limit


def run(text, seconds, namespace=None):
    """The events of one program."""
    global running
    trace.clear()
    if "event_loop" in text:
        no_loop()
    running = True
    namespace = {} if namespace is None else namespace
    namespace.update(__name__="__main__", __builtins__=builtins)
    # Again and again: a `finally` of the program may go on for as long.
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)
    # One that waits for a lock takes no processor time; one that hardly gets any on a busy machine must not look like it.
    signal.setitimer(signal.ITIMER_REAL, max(5 * seconds, 2.0), 0.5)
    try:
        try:
            exec(compile(text, "program", "exec", dont_inherit=True), namespace)
        except Limit:
            trace.append("limit")
        except MemoryError:
            trace.append("limit")
        except BaseException as error:
            trace.append(f"ends with {type(error).__name__}")
            del error
        # Generators end before what their code names is gone, as they do where functions hold them.
        for name in [n for n, v in namespace.items() if type(v) is types.GeneratorType]:
            del namespace[name]
        namespace.clear()
    except Limit:
        trace.append("limit")
    running = False
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    # A program may leave it changed.
    os.chdir(HOME)
    sys.stdout, sys.stderr = STREAMS
    return list(trace)


class Written:
    """A stream of which is seen what is written to it."""

    encoding = "utf-8"

    def __init__(self, name):
        self.name = name

    def write(self, text):
        if len(trace) >= MOST_EVENTS:
            raise Limit
        if "\nTraceback (most recent call last):\n" in text:
            # asyncio tells of an error that nobody asked for: on which lines is no behaviour.
            text = text.split("\n", 1)[0] + " " + text.rstrip().rsplit("\n", 1)[-1]
        trace.append(f"{self.name} {ADDRESS.sub(' at ...', text)}")
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return False


def alone(text, seconds, old):
    """The events of a program that has a process for itself, and a folder with nothing but stand-ins."""
    global STREAMS
    for entry in os.listdir(HOME):
        if entry in GIVEN:
            continue
        path = os.path.join(HOME, entry)
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.remove(path)
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading, "rb") as source:
            given = source.read()
        os.waitpid(child, 0)
        return json.loads(given) if given else ["crash"]
    # Nothing of the program can go further than to here.
    try:
        os.close(reading)
        STREAMS = sys.stdout, sys.stderr = Written("out"), Written("err")
        # They name lines.
        warnings.simplefilter("ignore")
        sys.path.insert(0, HOME)
        if old:
            # On a Python that has it no more a rewrite would mend the program.
            importlib.import_module("_compat")
            # Up to Python 3.8 what waits like a lock was entered like a lock.
            asyncio = sys.modules["asyncio"]
            # What runs coroutines took those for coroutines.
            asyncio.coroutines._COROUTINE_TYPES += (types.GeneratorType,)
            asyncio.Condition.__iter__ = asyncio.Semaphore.__iter__ = asyncio.Lock.__iter__
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        events = run(text, seconds, vars(main))
        with os.fdopen(writing, "wb") as sink:
            sink.write(json.dumps(events).encode("utf-8", "replace"))
    finally:
        os._exit(0)


def judge(job):
    global quiet
    quiet = frozenset(job["quiet"])
    one = run
    if job.get("alone"):
        # Both on the same Python, even if the rewrite leaves nothing in the program that needs an old one.
        one = functools.partial(alone, old="asyncio.coroutine" in job["before"])
    first = one(job["before"], job["seconds"])
    second = one(job["after"], job["seconds"])
    return None if first == second and not job.get("always") else [first, second]


def main():
    # What programs import is here before processes are split off: each of them would load it again.
    for name in OFTEN:
        importlib.import_module(name)
    source, sink = sys.stdin, sys.stdout
    sys.stdin = open("/dev/null")
    sys.stdout, sys.stderr = STREAMS
    builtins.print = record
    sys.unraisablehook = unraisable
    signal.signal(signal.SIGPROF, on_time)
    signal.signal(signal.SIGALRM, on_time)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))
    except (ValueError, OSError):
        pass
    for line in source:
        results = [judge(job) for job in json.loads(line)]
        sink.write(json.dumps(results) + "\n")
        sink.flush()


main()
