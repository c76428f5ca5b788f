import asyncio

import _compat


class Base:
    @asyncio.coroutine
    def connect(self):
        print("connects")

    @classmethod
    def create(cls):
        made = cls()
        yield from made.connect()
        return made


for step in Base.create():
    print(step)
print("ends")
