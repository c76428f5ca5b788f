import asyncio

import _compat


from typing import Any, Generator


@asyncio.coroutine
def size(name: str) -> Generator[Any, None, int]:
    yield from asyncio.sleep(0)
    return len(name)


print(_compat.run(size("abc")))
