import asyncio


class Store:
    def __init__(self, items):
        self.items = items
        self.log = []

    async def get(self, key):
        if key not in self.items:
            raise LookupError(key)
        return self.items[key]

    async def get_both(self, first, second):
        try:
            a = await self.get(first)
        except LookupError:
            self.log.append(first)
            raise

        b = await self.get(second)
        return a, b

    def show(self, err, pair=None):
        print("shows", err, pair)


store = Store({"a": 1, "b": 2})
try:
    result = asyncio.run(store.get_both("a", "b"))
except LookupError as error:
    store.show(error)
else:
    store.show(None, result)
try:
    result = asyncio.run(store.get_both("x", "b"))
except LookupError as error:
    store.show(error)
else:
    store.show(None, result)
try:
    result = asyncio.run(store.get_both("a", "y"))
except LookupError as error:
    store.show(error)
else:
    store.show(None, result)
print(store.log)
