from twisted.internet.defer import ensureDeferred, gatherResults, succeed


def query(sql):
    return succeed([sql, len(sql)])


async def count(table):
    rows = await query("select " + table)
    return rows[1]


async def report():
    counts = await gatherResults([ensureDeferred(count("a")), ensureDeferred(count("bb"))])
    return sum(counts)


ensureDeferred(report()).addCallback(print)
