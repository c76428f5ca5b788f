import asyncio


async def work(n):
    await asyncio.sleep(0)
    if n == 2:
        raise ValueError(n)
    return n


async def both(todo):
    a = await work(todo.pop())
    b = await work(todo.pop())
    return a, b


async def main(todo):
    try:
        print(await both(todo))
    except ValueError:
        print("left:", todo)


asyncio.run(main([1, 3]))
asyncio.run(main([1, 2]))
