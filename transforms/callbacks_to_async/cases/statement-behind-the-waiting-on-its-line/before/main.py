from twisted.internet import defer, reactor, task


def fetch(n):
    print("fetch", n)
    return task.deferLater(reactor, 1, lambda: 12 // n)


def later(n):
    return task.deferLater(reactor, 1, lambda: n + 1)


def double(n):
    return n * 2


@defer.inlineCallbacks
def run(n):
    d = fetch(n)
    d.addErrback(lambda _: later(n))
    r = yield d; return r


@defer.inlineCallbacks
def main(clock):
    for n in (3, 0):
        try:
            print((yield defer.ensureDeferred(run(n))))
        except Exception as e:
            print("raised", repr(e))


task.react(main)
