from twisted.internet import defer


def fetch(n):
    return defer.succeed(n)


async def decode(v):
    return "<%d>" % v
