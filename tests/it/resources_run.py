"""Reads lines `PATH<TAB>METHODS<TAB>ITSELF<TAB>CLOSE<TAB>LENGTH` and checks each row that this interpreter can make an object for.

For a row whose `__exit__` is one method: the object's context manager gives the object itself (or does not, as the row
says), leaving it without and with an exception lets the exception pass, and calls the method or leaves the object in the
state in which the method leaves another one. Prints a line per failure, then `checked N, skipped M`.
"""
import importlib
import os
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
folder = tempfile.mkdtemp()
path = os.path.join(folder, "f")


def member(dotted):
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ImportError(dotted)


def write(name, data=b"x\n"):
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data)
    return os.path.join(folder, name)


def compressed(kind):
    def make(maker):
        module = importlib.import_module(kind)
        return maker(write(kind, module.compress(b"x")))
    return make


def archive(maker):
    import tarfile
    name = os.path.join(folder, "t.tar")
    with tarfile.open(name, "w"):
        pass
    return maker(name)


def zipped(maker):
    import zipfile
    name = os.path.join(folder, "z.zip")
    with zipfile.ZipFile(name, "w"):
        pass
    return maker(name)


def sound(maker):
    import wave
    name = os.path.join(folder, "s.wav")
    with wave.open(name, "wb") as out:
        out.setnchannels(1), out.setsampwidth(1), out.setframerate(8000)
    return maker(name)


def mapped(maker):
    with open(write("m"), "rb") as f:
        return maker(f.fileno(), 0, access=importlib.import_module("mmap").ACCESS_READ)


def raw():
    return importlib.import_module("io").FileIO(write("r"), "r+")


MAKERS = {
    "builtins.open": lambda m: m(write("f")), "io.open": lambda m: m(write("f")), "io.FileIO": lambda m: m(write("f")),
    "io.StringIO": lambda m: m(""), "io.BytesIO": lambda m: m(b""), "tokenize.open": lambda m: m(write("f")),
    "io.TextIOWrapper": lambda m: m(raw()), "io.BufferedReader": lambda m: m(raw()), "io.BufferedWriter": lambda m: m(raw()),
    "io.BufferedRandom": lambda m: m(raw()), "io.BufferedRWPair": lambda m: m(raw(), raw()),
    "io.open_code": lambda m: m(write("f")), "os.fdopen": lambda m: m(os.open(write("f"), os.O_RDONLY)),
    "pathlib.Path.open": lambda m: m(importlib.import_module("pathlib").Path(write("f"))),
    "codecs.open": lambda m: m(write("f"), encoding="utf-8"),
    "tempfile.NamedTemporaryFile": lambda m: m(), "tempfile.TemporaryFile": lambda m: m(),
    "tempfile.SpooledTemporaryFile": lambda m: m(), "tempfile.TemporaryDirectory": lambda m: m(),
    "gzip.open": compressed("gzip"), "gzip.GzipFile": compressed("gzip"), "bz2.open": compressed("bz2"),
    "bz2.BZ2File": compressed("bz2"), "lzma.open": compressed("lzma"), "lzma.LZMAFile": compressed("lzma"),
    "tarfile.open": archive, "tarfile.TarFile": archive, "tarfile.TarFile.open": archive,
    "zipfile.ZipFile": zipped, "zipfile.PyZipFile": zipped, "wave.open": sound, "mmap.mmap": mapped,
    "socket.socket": lambda m: m(), "selectors.DefaultSelector": lambda m: m(), "selectors.SelectSelector": lambda m: m(),
    "selectors.PollSelector": lambda m: m(), "selectors.EpollSelector": lambda m: m(), "select.epoll": lambda m: m(),
    "urllib.request.urlopen": lambda m: m("data:text/plain,x"), "os.scandir": lambda m: m(folder),
    "os.popen": lambda m: m("exit 0"), "builtins.memoryview": lambda m: m(b"x"),
    "concurrent.futures.ThreadPoolExecutor": lambda m: m(1), "multiprocessing.pool.ThreadPool": lambda m: m(1),
    "multiprocessing.dummy.Pool": lambda m: m(1), "shelve.open": lambda m: m(os.path.join(folder, "shelf")),
    "dbm.dumb.open": lambda m: m(os.path.join(folder, "dumb"), "c"), "fileinput.input": lambda m: m(write("f")),
    "fileinput.FileInput": lambda m: m(write("f")),
    "socketserver.TCPServer": lambda m: m(("127.0.0.1", 0), None), "socketserver.UDPServer": lambda m: m(("127.0.0.1", 0), None),
    "http.server.HTTPServer": lambda m: m(("127.0.0.1", 0), None), "sqlite3.connect": lambda m: m(":memory:"),
    "http.client.HTTPConnection": lambda m: m("localhost"), "asyncio.new_event_loop": lambda m: m(),
    "asyncio.SelectorEventLoop": lambda m: m(), "contextlib.ExitStack": lambda m: m(),
}


def state(thing):
    """What tells an ended object from another: flags, and what using it raises."""
    seen = []
    for name in ("closed", "_closed", "_shutdown", "_state", "fp", "_file", "dict", "name"):
        try:
            value = getattr(thing, name)
        except Exception as error:
            value = type(error).__name__
        seen.append(value if isinstance(value, (bool, type(None))) else type(value).__name__)
    for use in (lambda: thing.fileno() < 0, lambda: bytes(thing), lambda: next(thing), lambda: thing.getsockname()):
        try:
            seen.append(type(use()).__name__)
        except BaseException as error:
            seen.append(type(error).__name__)
    return seen


class Stop(Exception):
    pass


def row(dotted, methods, itself, close, length):
    maker, make = member(dotted), MAKERS[dotted]
    thing = make(maker)
    managed = hasattr(type(thing), "__enter__") and hasattr(type(thing), "__exit__")
    assert hasattr(thing, "close") == close, "whether it has a close"
    assert any(hasattr(type(thing), name) for name in ("__len__", "__bool__")) == length, "whether it has a length"
    if methods == ["missing"]:
        assert not managed, "it is a context manager"
        return thing.close()
    if not methods:
        assert managed, "it is no context manager"
        return thing.close()
    assert managed, "it is no context manager"
    assert (thing.__enter__() is thing) == itself, "what __enter__ gives"
    assert not thing.__exit__(None, None, None), "it swallows nothing"
    for method in methods:
        other = make(maker)
        getattr(other, method)()
        # Asked once per object: a spooled file becomes a real one when it is asked for its number.
        expected, left = state(other), state(thing)
        assert left == expected, "%s: %s, __exit__: %s" % (method, expected, left)
        failing = make(maker)
        failing.__enter__()
        assert not failing.__exit__(Stop, Stop(), None), "it swallows exceptions"
        failed = state(failing)
        assert failed == expected, "after an exception: %s, %s: %s" % (failed, method, expected)


checked = skipped = 0
for line in sys.stdin:
    dotted, methods, itself, close, length = line.rstrip("\n").split("\t")
    if dotted not in MAKERS:
        skipped += 1
        try:
            found = member(dotted)
        except (ImportError, AttributeError, OSError):
            continue
        # A class may hand what it lacks on to what it wraps.
        wraps = hasattr(found, "__getattr__")
        if isinstance(found, type) and not wraps and hasattr(found, "close") != (close == "1"):
            print("%s: whether it has a close" % dotted)
        continue
    try:
        row(dotted, methods.split(",") if methods else [], itself == "1", close == "1", length == "1")
        checked += 1
    except (ImportError, AttributeError) as error:
        if isinstance(error, AttributeError) and "module" not in str(error):
            print("%s: %r" % (dotted, error))
        skipped += 1
    except Exception as error:
        print("%s: %s: %s" % (dotted, type(error).__name__, error))
print("checked %d, skipped %d" % (checked, skipped))
