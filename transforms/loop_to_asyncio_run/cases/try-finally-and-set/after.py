import asyncio


async def main(n=1):
    await asyncio.sleep(0)
    return n


value = asyncio.run(main(2))
print(value)
print("end")
