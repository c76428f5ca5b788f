class Row:
    def __init__(self, key):
        self.key = key

    async def __repr__(self):
        return f"Row(key={self.key!r})"


class Cell:
    def __init__(self, col):
        self.col = col

    async def __repr__(self):
        return f"Cell(col={self.col!r})"


for made in (Row(1), Cell(2)):
    coroutine = made.__repr__()
    print(hasattr(coroutine, "send"))
    coroutine.close()
