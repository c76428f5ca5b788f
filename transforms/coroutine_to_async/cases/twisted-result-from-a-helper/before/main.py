from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def load(n):
    def done(value):
        defer.returnValue(value)

    yield defer.succeed(n)
    if n > 1:
        done("many")
    done("one")


@defer.inlineCallbacks
def main(clock):
    print((yield load(2)), (yield load(1)))


task.react(main)
