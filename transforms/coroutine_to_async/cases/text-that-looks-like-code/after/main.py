import asyncio

import _compat


async def explain():
    """Use ``yield from explain()``.

    @asyncio.coroutine
    """
    # yield from the script
    text = await asyncio.sleep(0, "yield from here")
    return text


print(_compat.run(explain()), explain.__doc__.strip()[-18:])
