import asyncio


async def fetch(name, *, options=None):
    await asyncio.sleep(0)
    return name, options


class View:
    async def get(self):
        rows = await fetch(
            "rows",
            options={
                "limit": 2,  # a page
            },
        )
        text = await fetch("""two
lines""")
        return rows, text


print(asyncio.run(View().get()))
