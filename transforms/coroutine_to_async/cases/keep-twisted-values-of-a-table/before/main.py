from twisted.internet.defer import inlineCallbacks, returnValue, succeed

cache = {"a": 1}


def fetch(key):
    if key in cache:
        return cache[key]
    return succeed(len(key))


@inlineCallbacks
def total(keys):
    n = 0
    for k in keys:
        n += yield fetch(k)
    returnValue(n)


total(["a", "bcd"]).addCallback(print)
