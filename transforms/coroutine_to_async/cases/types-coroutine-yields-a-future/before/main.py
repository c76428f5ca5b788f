import asyncio

import _compat


import types


@types.coroutine
def wait_for(future):
    future._asyncio_future_blocking = True
    yield future
    return future.result()


async def main():
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(future.set_result, 5)
    print(await wait_for(future))


asyncio.run(main())
