try:

    class Scanner:
        @asyncio.coroutine
        def scan(self, device):
            yield from asyncio.sleep(0)

except NameError as error:
    print(error)
import asyncio
