import asyncio


async def main():
    return 3


try:
    loop: status.AbstractEventLoop = asyncio.new_event_loop()
    status = loop.run_until_complete(main())
    print(status)
except NameError as error:
    print(error)
