import asyncio


class LoadError(Exception):
    pass


async def fetch(url):
    if not url:
        raise ValueError("empty")
    else:
        return "body of " + url


async def load(url):
    try:
        body = await fetch(url)
    except ValueError as err:
        raise LoadError(str(err))
    return len(body)


try:
    n = asyncio.run(load("x"))
except LoadError as err:
    print("bad", type(err).__name__, err)
else:
    print("length", n)
try:
    n = asyncio.run(load(""))
except LoadError as err:
    print("bad", err)
else:
    print("length", n)
