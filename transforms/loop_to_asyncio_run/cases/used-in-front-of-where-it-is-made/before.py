import asyncio


async def main():
    print("main")


work = main()
try:
    loop.run_until_complete(main())
    loop = asyncio.new_event_loop()
except NameError as error:
    print(error)
work.close()
