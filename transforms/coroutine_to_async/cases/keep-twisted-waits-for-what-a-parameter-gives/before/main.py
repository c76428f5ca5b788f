from twisted.internet import defer


@defer.inlineCallbacks
def wait_for(fn):
    while True:
        found = yield fn()
        if found:
            return found
        yield defer.succeed(None)


ports = [None, 8010]


def get_port():
    port = ports.pop(0)
    if port is None:
        return None
    return port


@defer.inlineCallbacks
def main():
    port = yield wait_for(get_port)
    print(port)


main()
