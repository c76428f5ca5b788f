from twisted.internet import defer, reactor, task


def load(n):
    return task.deferLater(reactor, 1, lambda: n)


def shout(text):
    return text.upper()


def page(name):
    d = load(name)
    d.addCallback(shout)
    return d


def start(name):
    page(name).addCallback(print)


start("a")
start("b")
reactor.run()
