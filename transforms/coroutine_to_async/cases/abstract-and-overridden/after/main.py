import _compat


class Base:
    async def start(self):
        raise NotImplementedError

    async def stop(self):
        """Stops, if there is anything to stop."""


class Child(Base):
    async def start(self):
        await super().stop()
        return "started"


async def main():
    print(await Child().start())
    try:
        await Base().start()
    except NotImplementedError:
        print("not implemented")


_compat.run(main())
