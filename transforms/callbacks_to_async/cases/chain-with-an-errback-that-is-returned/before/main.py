from twisted.internet import defer


def fetch(n):
    if n < 0:
        raise KeyError(n)
    return defer.succeed(n) if n else defer.fail(ValueError("none"))


def parse(v):
    return v * 2


def load(n):
    def failed(failure):
        failure.trap(ValueError)
        print("failed:", failure.value)
        return 0

    d = fetch(n)
    d.addCallback(parse)
    d.addErrback(failed)
    return d


@defer.inlineCallbacks
def main():
    a = yield load(0)
    b = yield load(4)
    print(a, b)
    try:
        yield load(-1)
    except KeyError as error:
        print("not failed:", error)


main()
