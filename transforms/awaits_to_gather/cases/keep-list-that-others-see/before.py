import asyncio


class Report:
    rows = None


async def size(name):
    await asyncio.sleep(0)
    if not name:
        raise ValueError("empty")
    return len(name)


async def sizes(report, names):
    rows = []
    report.rows = rows
    for name in names:
        rows.append(await size(name))
    return rows


report = Report()
try:
    asyncio.run(sizes(report, ["a", "bb", ""]))
except ValueError as error:
    print(error, report.rows)
