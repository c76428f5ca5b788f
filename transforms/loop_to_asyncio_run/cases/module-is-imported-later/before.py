try:
    loop = aio.new_event_loop()
    import asyncio as aio

    async def main():
        print("runs")

    loop.run_until_complete(main())
    loop.close()
except NameError as error:
    print(error)
