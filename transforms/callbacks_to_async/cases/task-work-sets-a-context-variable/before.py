import asyncio
import contextvars

user = contextvars.ContextVar("user", default="nobody")


async def work(n):
    user.set("worker")
    await asyncio.sleep(0)
    return n


async def main():
    out = []
    task = asyncio.create_task(work(3))
    task.add_done_callback(lambda t: out.append(t.result()))
    await task
    print(user.get(), out)


asyncio.run(main())
