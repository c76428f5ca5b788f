from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def load(n):
    defer.returnValue(n)


try:
    load(2)
except TypeError:
    print("TypeError")
