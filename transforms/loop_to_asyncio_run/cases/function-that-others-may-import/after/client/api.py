import asyncio


class Client:
    def __init__(self, base):
        self.base = base

    async def _fetch(self, path):
        await asyncio.sleep(0)
        return self.base + path

    def fetch(self, path):
        """Fetch synchronously."""
        return asyncio.run(self._fetch(path))
