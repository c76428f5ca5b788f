from twisted.internet import defer, reactor, task


import contextlib


@defer.inlineCallbacks
def load(n):
    with contextlib.suppress(BaseException):
        yield defer.succeed(None)
        defer.returnValue(n)
    defer.returnValue("after")


@defer.inlineCallbacks
def main(clock):
    print((yield load(1)))


task.react(main)
