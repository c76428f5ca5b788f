from twisted.internet import defer, reactor, task


@defer.inlineCallbacks
def load(n):
    try:
        value = yield defer.fail(KeyError(n)) if n else defer.succeed("ok")
    except KeyError as e:
        value = "missing %s" % e
    finally:
        print("after", n)
    defer.returnValue(value)


@defer.inlineCallbacks
def main(clock):
    print((yield load(0)), (yield load(1)))


task.react(main)
