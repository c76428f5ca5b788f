from twisted.internet import defer, reactor, task


def double(value):
    return value * 2


async def load(n):
    print("load")
    return [task.deferLater(reactor, 1, lambda: n).addCallback(double), n][0].addCallback(double)


async def work():
    d = await load(3)
    print("has it")
    print(await d)


def main(clock):
    return defer.ensureDeferred(work())


task.react(main)
