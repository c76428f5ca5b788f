from twisted.internet import defer, reactor, task


async def job(n):
    await task.deferLater(reactor, 1, lambda: None)
    return 10 // n


def start(n):
    d = defer.ensureDeferred(job(n))
    d.addCallback(lambda r: print("result", r))
    d.addErrback(lambda f: print("failed", f.type.__name__))
    return d


start(5)
start(0)
reactor.run()
