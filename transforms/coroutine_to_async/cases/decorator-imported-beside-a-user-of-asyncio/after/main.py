import _compat
import db


async def report():
    return await db.query("q") + 1


print(_compat.run(report()))
