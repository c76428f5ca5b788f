import types


@types.coroutine
def sleep(n):
    yield "trio"


def run(main):
    coroutine = main()
    try:
        while coroutine.send(None) == "trio":
            pass
    except StopIteration as stop:
        return stop.value
    return "not trio"
