import asyncio
import contextvars

user = contextvars.ContextVar("user", default="nobody")


async def login(name):
    user.set(name)
    await asyncio.sleep(0)
    return True


async def greet():
    await asyncio.sleep(0)
    return "hello " + user.get()


async def main():
    ok = await login("bob")
    text = await greet()
    print(ok, text)


asyncio.run(main())
