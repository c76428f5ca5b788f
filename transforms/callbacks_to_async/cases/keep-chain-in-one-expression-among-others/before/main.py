from twisted.internet import defer, reactor, task

KNOWN = {1: 10}


def double(value):
    return value * 2


def load(n):
    if n in KNOWN:
        return KNOWN[n]
    return task.deferLater(reactor, 1, lambda: n).addCallback(double)


@defer.inlineCallbacks
def main(clock):
    print(load(1))
    b = yield load(4)
    print(b)


task.react(main)
