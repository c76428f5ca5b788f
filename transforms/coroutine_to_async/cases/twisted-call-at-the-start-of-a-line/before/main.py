from twisted.internet.defer import inlineCallbacks, returnValue, gatherResults, succeed


def query(sql):
    return succeed([sql, len(sql)])


@inlineCallbacks
def count(table):
    rows = yield query("select " + table)
    returnValue(rows[1])


@inlineCallbacks
def report():
    counts = yield gatherResults([count("a"), count("bb")])
    returnValue(sum(counts))


report().addCallback(print)
