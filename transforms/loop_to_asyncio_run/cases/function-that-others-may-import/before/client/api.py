import asyncio


class Client:
    def __init__(self, base):
        self.base = base

    async def _fetch(self, path):
        await asyncio.sleep(0)
        return self.base + path

    def fetch(self, path):
        """Fetch synchronously."""
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(self._fetch(path))
        finally:
            loop.close()
