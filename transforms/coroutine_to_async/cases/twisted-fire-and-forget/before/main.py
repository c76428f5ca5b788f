from twisted.internet import defer, reactor, task


log = []


@defer.inlineCallbacks
def audit(what):
    log.append("audit " + what)
    yield task.deferLater(reactor, 1, lambda: None)
    log.append("audited " + what)


@defer.inlineCallbacks
def login(user):
    audit(user)
    log.append("in")
    yield task.deferLater(reactor, 2, lambda: None)
    defer.returnValue(user)


@defer.inlineCallbacks
def main(clock):
    user = yield login("bob")
    print(user, log)


task.react(main)
