from twisted.internet import defer


class Store:
    def __init__(self):
        self.known = {"a": 1}

    def load(self, key):
        if key in self.known:
            return self.known[key]
        return defer.succeed(len(key))

    @defer.inlineCallbacks
    def total(self, keys):
        n = 0
        for key in keys:
            n += yield self.load(key)
        defer.returnValue(n)


Store().total(["a", "bcd"]).addCallback(print)
