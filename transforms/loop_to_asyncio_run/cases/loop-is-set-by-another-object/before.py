import asyncio


class Registry:
    def set_event_loop(self, loop):
        print("noted")


async def main():
    print("main")


registry = Registry()
loop = asyncio.new_event_loop()
registry.set_event_loop(loop)
loop.run_until_complete(main())
loop.close()
