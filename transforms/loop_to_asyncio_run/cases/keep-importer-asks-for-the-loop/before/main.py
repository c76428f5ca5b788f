import asyncio
from api import fetch


async def more():
    return "more"


loop = asyncio.get_event_loop_policy().get_event_loop()
print(fetch("a"))
print(asyncio.get_event_loop().run_until_complete(more()))
loop.close()
