from twisted.internet import defer, reactor, task


async def load(n):
    try:
        value = await (defer.fail(KeyError(n)) if n else defer.succeed("ok"))
    except KeyError as e:
        value = "missing %s" % e
    finally:
        print("after", n)
    return value


async def main(clock):
    print(await load(0), await load(1))


task.react(main)
