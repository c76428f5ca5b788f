from twisted.internet import defer, reactor, task


log = []


def load(n):
    return task.deferLater(reactor, 1, lambda: n)


def show(n):
    d = load(n)
    d.addCallback(log.append)
    log.append("waiting")
    d.addCallback(lambda _: print(log))
    return d


show(1)
reactor.run()
