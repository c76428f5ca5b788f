from twisted.internet import defer, reactor, task


cache = {"a": 1}


def lookup(key):
    if key in cache:
        return cache[key]
    return None


@defer.inlineCallbacks
def main(clock):
    try:
        value = yield lookup("a")
        other = yield lookup("b")
        print(value, other)
    except TypeError:
        print("TypeError")


task.react(main)
