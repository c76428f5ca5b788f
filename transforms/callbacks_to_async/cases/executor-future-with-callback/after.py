import asyncio

sizes = []


def measure(text):
    return len(text)


async def main():
    loop = asyncio.get_running_loop()
    sizes.append(await loop.run_in_executor(None, measure, "abc"))
    print(sizes)


asyncio.run(main())
