from twisted.internet import defer, reactor, task


import jobs


@defer.inlineCallbacks
def job(n):
    yield defer.succeed(None)
    defer.returnValue(n)


try:
    jobs.start(job)
    jobs.again()
except AttributeError:
    print("AttributeError")
