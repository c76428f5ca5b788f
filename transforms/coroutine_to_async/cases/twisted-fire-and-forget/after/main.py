from twisted.internet import defer, reactor, task


log = []


async def audit(what):
    log.append("audit " + what)
    await task.deferLater(reactor, 1, lambda: None)
    log.append("audited " + what)


async def login(user):
    defer.ensureDeferred(audit(user))
    log.append("in")
    await task.deferLater(reactor, 2, lambda: None)
    return user


async def main(clock):
    user = await login("bob")
    print(user, log)


task.react(main)
