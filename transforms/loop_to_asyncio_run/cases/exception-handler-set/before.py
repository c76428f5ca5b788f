import asyncio

log = []


def handler(loop, context):
    log.append(type(context["exception"]).__name__)


async def main():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0)
    await asyncio.sleep(0.01)


loop = asyncio.new_event_loop()
loop.set_exception_handler(handler)
loop.run_until_complete(main())
loop.close()
print(log)
