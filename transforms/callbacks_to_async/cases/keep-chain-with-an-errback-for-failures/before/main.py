from twisted.internet import defer


def fetch(n):
    return defer.fail(ValueError("none"))


def failed(failure):
    print(type(failure).__name__, failure.value)


def load(n):
    d = fetch(n)
    d.addErrback(failed)
    return d


load(0)
