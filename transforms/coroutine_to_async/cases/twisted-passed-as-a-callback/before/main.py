from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def double(n):
    yield defer.succeed(None)
    defer.returnValue(n * 2)


d = defer.succeed(4)
d.addCallback(double)
d.addCallback(print)
reactor.run()
