from twisted.internet import defer, reactor, task


def fetch(n):
    print("fetch", n)
    return task.deferLater(reactor, 1, lambda: 12 // n)


def double(value):
    return value * 2


async def load(n):
    d = fetch(n)
    try:
        value = await d
        result = double(value)
    except ZeroDivisionError as error:
        print("failed:", error)
        result = 0
    return result


async def twice(n):
    value = await load(n)
    return double(value)


@defer.inlineCallbacks
def main(clock):
    a = yield defer.ensureDeferred(twice(0))
    b = yield defer.ensureDeferred(load(4))
    print(a, b)


task.react(main)
