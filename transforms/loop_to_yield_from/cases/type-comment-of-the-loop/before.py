def each(rows: list):
    for row in rows:  # type: int
        yield row


print(list(each([1, 2])))
