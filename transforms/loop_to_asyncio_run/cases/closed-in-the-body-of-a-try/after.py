import asyncio


async def main(n):
    await asyncio.sleep(0)
    return 10 // n


try:
    print(asyncio.run(main(2)))
except ZeroDivisionError:
    print("no share")
print("end")
