from twisted.internet import defer, reactor, task


def load(n):
    return task.deferLater(reactor, 1, lambda: 10 // n)


def safe(n):
    d = load(n)
    d.addCallback(lambda v: v + 1)
    d.addErrback(lambda f: f.type.__name__)
    return d


def main(clock):
    d = defer.gatherResults([safe(5), safe(0)])
    d.addCallback(print)
    return d


task.react(main)
