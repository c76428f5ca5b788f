from twisted.internet import defer, reactor, task


class Local(object):
    @defer.inlineCallbacks
    def fetch(self, n):
        yield defer.succeed(None)
        defer.returnValue(n)


class Remote(object):
    def fetch(self, n):
        return defer.succeed(-n)


def show(source):
    source.fetch(5).addCallback(print)


try:
    show(Local())
    show(Remote())
except AttributeError:
    print("AttributeError")
