import _compat
import asyncio


class Scanner:
    def __init__(self):
        self._busy = asyncio.Lock()
        self.seen = []

    @asyncio.coroutine
    def scan(self, device):
        with (yield from self._busy):
            self.seen.append("start %s" % device)
            yield from asyncio.sleep(0)
            self.seen.append("end %s" % device)


async def main():
    scanner = Scanner()
    await asyncio.gather(scanner.scan("a"), scanner.scan("b"))
    return scanner.seen


print(_compat.run(main()))
