import asyncio


async def ask(port):
    writer = None
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        return await reader.read(1)
    finally:
        if writer is not None:
            writer.close()
            await writer.wait_closed()


async def answer(reader, writer):
    writer.write(await reader.read(1))
    await writer.drain()
    writer.close()


async def main():
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        print(await ask(server.sockets[0].getsockname()[1]))


asyncio.run(main())
