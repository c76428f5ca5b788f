from tornado import gen
from tornado.ioloop import IOLoop


log = []


async def load(n):
    try:
        await gen.sleep(0)
        if n == 0:
            return "zero"
        value = 10 // n
    except ZeroDivisionError:
        return "never"
    else:
        return value
    finally:
        log.append(n)


async def main():
    print(await load(0), await load(5), log)


IOLoop.current().run_sync(main)
