import types


@types.coroutine
def steps(waited):
    yield from waited
    return "done"
