from twisted.internet import defer, reactor, task


def load(n):
    return task.deferLater(reactor, 1, lambda: n)


def total(n):
    d = load(n)
    d.addCallback(lambda value: value * 2)
    d.addCallback(lambda doubled: load(doubled + 1))
    return d


def main(clock):
    d = (total(4))
    d.addCallback(print)
    return d


task.react(main)
