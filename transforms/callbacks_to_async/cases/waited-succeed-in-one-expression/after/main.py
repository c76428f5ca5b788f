from twisted.internet import defer, reactor, task


def double(value):
    return value * 2


@defer.inlineCallbacks
def load(n):
    value = yield defer.succeed(n)
    v = double(value)
    a = v + 1
    value = yield task.deferLater(reactor, 1, lambda: n)
    b = double(value)
    defer.returnValue((a, b))


@defer.inlineCallbacks
def main(clock):
    r = yield load(4)
    print(r)


task.react(main)
