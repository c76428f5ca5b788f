def _rows(text: str):
    for line in text.split(";"):
        yield line.split(",")


def _cells(text: str):
    for row in _rows(text):
        yield from row


print(sum(len(cell) for cell in _cells("a,bb;ccc")))
