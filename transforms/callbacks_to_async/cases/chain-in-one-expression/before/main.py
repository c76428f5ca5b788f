from twisted.internet import defer, reactor, task


def fetch(n):
    print("fetch", n)
    return task.deferLater(reactor, 1, lambda: 12 // n)


def double(value):
    return value * 2


def load(n):
    def failed(failure):
        failure.trap(ZeroDivisionError)
        print("failed:", failure.value)
        return 0

    return fetch(n).addCallback(double).addErrback(failed)


def twice(n):
    return load(n).addCallback(double)


@defer.inlineCallbacks
def main(clock):
    a = yield twice(0)
    b = yield load(4)
    print(a, b)


task.react(main)
