import asyncio

import _compat


from work import work

print(_compat.run(work(2)), asyncio.iscoroutine(3))
