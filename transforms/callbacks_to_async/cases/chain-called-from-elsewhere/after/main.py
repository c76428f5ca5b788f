from twisted.internet import defer, reactor, task


def load(n):
    return task.deferLater(reactor, 1, lambda: n)


def shout(text):
    return text.upper()


async def page(name):
    text = await load(name)
    return shout(text)


def start(name):
    defer.ensureDeferred(page(name)).addCallback(print)


start("a")
start("b")
reactor.run()
