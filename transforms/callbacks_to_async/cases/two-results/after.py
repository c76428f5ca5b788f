import asyncio


async def divide(a, b):
    return a // b, a % b


async def scaled(a, b):
    q, r = await divide(a * 10, b)
    return q, r / 10


async def report(text):
    q, r = await scaled(7, 2)
    return text + ": %d, %s" % (q, r)


print(asyncio.run(report("seven")))
print(*asyncio.run(divide(9, 4)))
q, r = asyncio.run(scaled(9, 4))
print("q", q, "r", r)
