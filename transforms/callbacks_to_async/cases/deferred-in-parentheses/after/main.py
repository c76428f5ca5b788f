from twisted.internet import defer, reactor, task


def load(n):
    return task.deferLater(reactor, 1, lambda: n)


async def total(n):
    value = await load(n)
    doubled = value * 2
    return await load(doubled + 1)


async def main(clock):
    d = await (total(4))
    return print(d)


task.react(main)
