from asyncio import run, sleep


async def main():
    await sleep(0)
    return 4


print(run(main()))
