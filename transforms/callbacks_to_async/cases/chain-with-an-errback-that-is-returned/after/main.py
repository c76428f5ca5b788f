from twisted.internet import defer


def fetch(n):
    if n < 0:
        raise KeyError(n)
    return defer.succeed(n) if n else defer.fail(ValueError("none"))


def parse(v):
    return v * 2


async def load(n):
    d = fetch(n)
    try:
        v = await d
        result = parse(v)
    except ValueError as error:
        print("failed:", error)
        result = 0
    return result


@defer.inlineCallbacks
def main():
    a = yield defer.ensureDeferred(load(0))
    b = yield defer.ensureDeferred(load(4))
    print(a, b)
    try:
        yield defer.ensureDeferred(load(-1))
    except KeyError as error:
        print("not failed:", error)


main()
