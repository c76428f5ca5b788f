import asyncio

import _compat


class Base:
    @asyncio.coroutine
    def start(self):
        raise NotImplementedError

    @asyncio.coroutine
    def stop(self):
        """Stops, if there is anything to stop."""


class Child(Base):
    @asyncio.coroutine
    def start(self):
        yield from super().stop()
        return "started"


@asyncio.coroutine
def main():
    print((yield from Child().start()))
    try:
        yield from Base().start()
    except NotImplementedError:
        print("not implemented")


_compat.run(main())
