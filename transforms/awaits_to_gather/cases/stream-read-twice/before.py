import asyncio


async def message(reader):
    head = await reader.readline()
    body = await reader.readexactly(int(head))
    return body


async def main():
    reader = asyncio.StreamReader()
    reader.feed_data(b"3\nabc")
    reader.feed_eof()
    print(await message(reader))


asyncio.run(main())
