from twisted.internet import defer, reactor, task


def double(value):
    return value * 2


@defer.inlineCallbacks
def load(n):
    a = yield defer.succeed(n).addCallback(double).addCallback(lambda v: v + 1)
    b = yield task.deferLater(reactor, 1, lambda: n).addCallback(double)
    defer.returnValue((a, b))


@defer.inlineCallbacks
def main(clock):
    r = yield load(4)
    print(r)


task.react(main)
