from twisted.internet import defer


def fetch(n):
    return defer.succeed(n)


def failed(failure):
    print("failed")


def load(n):
    d = fetch(n)
    return d
    d.addErrback(failed)
    return d


load(0).addCallback(print)
