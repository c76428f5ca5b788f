"""Reads lines `KIND<TAB>PATH<TAB>FLAG<TAB>EXIT` and checks each row that this interpreter can make an object for.

`lock`: FLAG says whether it is asynchronous. Its `with` acquires and releases, also after an exception, which passes.
`async`: FLAG says whether what is made is awaited; EXIT is the method that `__aexit__` awaits, `close,wait_closed`,
`missing`, or empty where no method is the same. Prints a line per failure, then `checked N, skipped M`.
"""
import asyncio
import importlib
import os
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")


def member(dotted):
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


class Stop(Exception):
    pass


async def answer(made):
    """What a method of a plain or of an asynchronous lock gives."""
    return await made if asyncio.iscoroutine(made) else made


async def lock(dotted, is_async):
    maker = member(dotted)
    # A type that is written in annotations, and whose objects (until 3.13) only a function makes.
    make = member("_thread.allocate_lock") if dotted == "_thread.LockType" else maker
    bare = dotted.startswith("multiprocessing.synchronize.")
    thing = make(ctx=importlib.import_module("multiprocessing").get_context()) if bare else make()
    kind = type(thing)
    assert dotted != "_thread.LockType" or kind is maker, "what allocate_lock gives"
    assert hasattr(kind, "__aenter__" if is_async else "__enter__"), "it is no context manager of this sort"
    assert hasattr(kind, "__aexit__") == is_async, "it is of the other sort"
    held = []
    for name in ("acquire", "release"):
        assert hasattr(thing, name), name
    # Entered, it is held: nobody else gets it. Left, it can be had again, after an exception, too.
    for error in (None, Stop):
        try:
            if is_async:
                async with thing:
                    held.append(thing.locked())
                    if error:
                        raise error
            else:
                with thing:
                    held.append(taken(thing))
                    if error:
                        raise error
        except Stop:
            held.append("passed")
        else:
            assert error is None, "it swallows exceptions"
        held.append(thing.locked() if is_async else taken(thing))
    assert held == [True, False, True, "passed", False], held
    await answer(thing.acquire())
    assert thing.locked() if is_async else taken(thing), "acquire"
    await answer(thing.release()) if is_async else thing.release()
    assert not (thing.locked() if is_async else taken(thing)), "release"


def taken(thing):
    """Whether another thread would have to wait."""
    import threading
    got = []

    def ask():
        got.append(thing.acquire(False))
        if got[0]:
            thing.release()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return not got[0]


async def nothing(reader, writer):
    writer.close()


MAKERS = {
    "asyncio.start_server": lambda m: m(nothing, "127.0.0.1", 0),
    "asyncio.start_unix_server": lambda m: m(nothing, os.path.join(tempfile.mkdtemp(), "s")),
    "asyncio.create_subprocess_exec": lambda m: m(sys.executable, "-c", ""),
    "asyncio.create_subprocess_shell": lambda m: m("exit 0"),
    "contextlib.AsyncExitStack": lambda m: m(), "aiohttp.ClientSession": lambda m: m(), "aiohttp.client.ClientSession": lambda m: m(),
    "httpx.AsyncClient": lambda m: m(),
}


def state(thing):
    seen = []
    for name in ("closed", "is_closed", "sockets"):
        value = getattr(thing, name, None)
        seen.append(value if isinstance(value, (bool, type(None))) else len(value) if hasattr(value, "__len__") else "other")
    if hasattr(thing, "is_serving"):
        seen.append(thing.is_serving())
    return seen


async def end(thing, methods):
    for method in methods:
        result = getattr(thing, method)()
        if asyncio.iscoroutine(result):
            await result


async def row(dotted, awaited, methods):
    maker = member(dotted)
    made = MAKERS[dotted](maker)
    assert asyncio.iscoroutine(made) == awaited, "whether it is awaited"
    thing = await made if awaited else made
    managed = hasattr(type(thing), "__aenter__") and hasattr(type(thing), "__aexit__")
    assert managed == (methods != ["missing"]), "whether it is an asynchronous context manager"
    if hasattr(thing, "wait"):
        return await thing.wait()
    if methods == [""]:
        return await end(thing, ["aclose"])
    fresh = state(thing)
    await end(thing, methods)
    expected = state(thing)
    assert fresh != expected, "closing it does not show"
    for error in (None, Stop):
        made = MAKERS[dotted](maker)
        other = await made if awaited else made
        try:
            async with other as entered:
                assert entered is other, "what __aenter__ gives"
                assert state(other) == fresh, "entering changes it: %s" % state(other)
                if error:
                    raise error
        except Stop:
            pass
        else:
            assert error is None, "it swallows exceptions"
        assert state(other) == expected, "%s, __aexit__: %s" % (expected, state(other))


async def main():
    checked = skipped = 0
    for line in sys.stdin:
        kind, dotted, flag, exit = line.rstrip("\n").split("\t")
        try:
            if kind == "lock":
                await lock(dotted, flag == "1")
            else:
                await row(dotted, flag == "1", exit.split(","))
            checked += 1
        except (ImportError, AttributeError) as error:
            if isinstance(error, AttributeError) and "module" not in str(error):
                print("%s: %r" % (dotted, error))
            skipped += 1
        except Exception as error:
            print("%s: %s: %s" % (dotted, type(error).__name__, error))
    print("checked %d, skipped %d" % (checked, skipped))


asyncio.run(main())
