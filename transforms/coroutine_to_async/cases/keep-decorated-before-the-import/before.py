def setup():
    @asyncio.coroutine
    def scan(device):
        return device

    import asyncio

    return asyncio.new_event_loop().run_until_complete(scan(3))


try:
    print(setup())
except UnboundLocalError:
    print("not yet")
