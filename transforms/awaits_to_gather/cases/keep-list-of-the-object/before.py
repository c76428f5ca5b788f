import asyncio


class Report:
    def __init__(self):
        self.rows = []
        self.by_name = {}

    async def size(self, name):
        await asyncio.sleep(0)
        if not name:
            raise ValueError("empty")
        return len(name)

    async def fill(self, names):
        for name in names:
            self.rows.append(await self.size(name))

    async def map(self, names):
        for name in names:
            self.by_name[name] = await self.size(name)


report = Report()
for method in report.fill, report.map:
    try:
        asyncio.run(method(["a", "bb", ""]))
    except ValueError as error:
        print(error, report.rows, report.by_name)
