import asyncio


class Other:
    async def shutdown_asyncgens(self):
        print("another's")


async def main():
    print("main")


other = Other()
loop = asyncio.new_event_loop()
try:
    loop.run_until_complete(main())
finally:
    loop.run_until_complete(other.shutdown_asyncgens())
    loop.close()
