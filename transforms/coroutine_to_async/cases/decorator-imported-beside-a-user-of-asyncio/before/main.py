import asyncio

import _compat
import db


@asyncio.coroutine
def report():
    return (yield from db.query("q")) + 1


print(_compat.run(report()))
