from twisted.internet import defer


def fetch(n):
    return defer.succeed(n)


@defer.inlineCallbacks
def decode(v):
    yield defer.succeed(None)
    return "<%d>" % v
