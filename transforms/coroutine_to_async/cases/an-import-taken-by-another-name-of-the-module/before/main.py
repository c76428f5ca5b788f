import asyncio

import _compat


import work as jobs

print(_compat.run(jobs.work(2)), jobs.asyncio.iscoroutine(3))
