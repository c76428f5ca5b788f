import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
