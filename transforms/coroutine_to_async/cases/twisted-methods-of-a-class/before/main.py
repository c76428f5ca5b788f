from twisted.internet import defer, reactor, task


class Client(object):
    def __init__(self):
        self.sent = []

    @defer.inlineCallbacks
    def deliver(self, text):
        yield task.deferLater(reactor, 1, lambda: None)
        self.sent.append(text)
        defer.returnValue(len(self.sent))

    @defer.inlineCallbacks
    def sendAll(self, texts):
        count = 0
        for text in texts:
            count = yield self.deliver(text)
        defer.returnValue(count)


@defer.inlineCallbacks
def main(clock):
    client = Client()
    print((yield client.sendAll(["a", "b"])), client.sent)


task.react(main)
