def mixed():
    yield 1, 2
    yield [3, 4]


def delegated(rows):
    yield 1, 2
    yield from rows


def relay(rows):
    for a, b in mixed():
        yield a, b
    for a, b in delegated(rows):
        yield a, b


print(list(relay(["xy", [5, 6]])))
