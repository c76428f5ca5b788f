from twisted.internet import defer, reactor, task


def lookup(n):
    return defer.succeed(n)


def plan(n, how):
    d = lookup(n)
    d.addCallback(how)
    return d


def later(n):
    return task.deferLater(reactor, 1, lambda: n * 2)


plan(1, later).addCallback(print)
plan(2, str).addCallback(print)
reactor.run()
