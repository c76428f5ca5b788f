import asyncio

sizes = []


def measure(text):
    return len(text)


async def main():
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, measure, "abc")
    future.add_done_callback(lambda f: sizes.append(f.result()))
    await future
    print(sizes)


asyncio.run(main())
