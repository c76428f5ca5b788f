import asyncio


async def parse(text):
    number = int(text)
    return number


async def total(first, second):
    a = await parse(first)
    b = await parse(second)
    return a + b


def failed(error):
    print("failed", error)


try:
    result = asyncio.run(total("1", "2"))
except ValueError as error:
    failed(error)
else:
    print(result)
try:
    result = asyncio.run(total("1", "x"))
except ValueError as error:
    failed(error)
else:
    print(result)
try:
    result = asyncio.run(total("y", "2"))
except ValueError as error:
    failed(error)
else:
    print(result)
