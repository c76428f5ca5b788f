import _compat


def make():
    class Scanner:
        @asyncio.coroutine
        def scan(self, device):
            yield from asyncio.sleep(0)
            return device

    return Scanner()


try:
    make()
except NameError as error:
    print(error)

import asyncio


async def main():
    print(await make().scan("tracker"))


asyncio.run(main())
