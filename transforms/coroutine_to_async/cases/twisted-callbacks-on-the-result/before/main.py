from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def job(n):
    yield task.deferLater(reactor, 1, lambda: None)
    defer.returnValue(10 // n)


def start(n):
    d = job(n)
    d.addCallback(lambda r: print("result", r))
    d.addErrback(lambda f: print("failed", f.type.__name__))
    return d


start(5)
start(0)
reactor.run()
