import asyncio

import _compat


@asyncio.coroutine
def load(fail):
    try:
        future = asyncio.get_event_loop().create_future()
        if fail:
            future.set_exception(ValueError("late"))
        else:
            future.set_result(1)
        return future
    except ValueError:
        return "caught"


async def main():
    print(await load(False))
    try:
        print(await load(True))
    except ValueError as exc:
        print("ValueError", exc)


asyncio.run(main())
