from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def load(n):
    value = yield n * 2
    other = yield [value]
    defer.returnValue((value, other))


@defer.inlineCallbacks
def main(clock):
    try:
        print((yield load(2)))
    except TypeError:
        print("TypeError")


task.react(main)
