from server import Avatar
from twisted.internet import defer, reactor, task


class Adder(Avatar):
    def perspective_add(self, a, b):
        d = task.deferLater(reactor, 1, lambda: a + b)
        d.addCallback(lambda total: [total])
        return d


def main(clock):
    return Adder().received("add", 1, 2)


task.react(main)
