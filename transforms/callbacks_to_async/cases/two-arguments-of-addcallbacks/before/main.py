from twisted.internet import defer, reactor, task


def load(n):
    return defer.succeed(n)


def show(n):
    d = load(n)
    d.addCallbacks(lambda v: 10 // v, lambda f: "caught")
    return d


d = show(0)
d.addErrback(lambda f: print("escaped", f.type.__name__))
