import asyncio

import _compat


class Null:
    @asyncio.coroutine
    def send(self, *, data):
        pass


pending = Null().send()
print("made")
