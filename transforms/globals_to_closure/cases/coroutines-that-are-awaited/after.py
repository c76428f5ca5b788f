import asyncio


class Client:
    def __init__(self, n):
        self.n = n

    async def get(self, path):
        await asyncio.sleep(0)
        return f"{self.n}:{path}"


def _make_client():
    _client = None

    async def get_client():
        nonlocal _client
        if _client is None:
            await asyncio.sleep(0)
            _client = Client(7)
        return _client

    async def close_client():
        nonlocal _client
        _client = None

    return get_client, close_client


get_client, close_client = _make_client()


async def main():
    c = await get_client()
    print(await c.get("/x"), await get_client() is c)
    await close_client()
    print(await get_client() is c)


asyncio.run(main())
