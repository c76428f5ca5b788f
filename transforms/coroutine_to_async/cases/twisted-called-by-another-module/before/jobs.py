from twisted.internet import reactor, task
from twisted.internet.defer import Deferred, inlineCallbacks


def pause():
    done = Deferred()
    reactor.callLater(1, done.callback, None)
    return done


@inlineCallbacks
def halve(n):
    yield pause()
    return n // 2


@inlineCallbacks
def both(a, b):
    first = yield halve(a)
    second = yield halve(b)
    return [first, second]


def show(n):
    return halve(n).addCallback(lambda half: print("half of", n, "is", half))
