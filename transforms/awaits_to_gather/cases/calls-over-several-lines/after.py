import asyncio


async def fetch(name, *, options=None):
    await asyncio.sleep(0)
    return name, options


class View:
    async def get(self):
        rows, text = await asyncio.gather(
            fetch(
                "rows",
                options={
                    "limit": 2,  # a page
                },
            ),
            fetch("""two
lines"""),
        )
        return rows, text


print(asyncio.run(View().get()))
