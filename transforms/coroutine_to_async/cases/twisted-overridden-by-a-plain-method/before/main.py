from twisted.internet import defer, task


class Base:
    @defer.inlineCallbacks
    def hook(self):
        yield defer.succeed(1)
        print("base hook")

    @defer.inlineCallbacks
    def run(self):
        yield self.hook()
        return 1


class Sub(Base):
    def hook(self):
        print("plain hook")


@defer.inlineCallbacks
def main(clock):
    yield Base().run()
    yield Sub().run()


task.react(main)
