import asyncio

import _compat


import work

print(_compat.run(work.work(2)), work.asyncio.iscoroutine(3))
