import asyncio


async def main(n):
    await asyncio.sleep(0)
    return 10 // n


try:
    loop = asyncio.new_event_loop()
    print(loop.run_until_complete(main(2)))
    loop.close()
except ZeroDivisionError:
    print("no share")
print("end")
