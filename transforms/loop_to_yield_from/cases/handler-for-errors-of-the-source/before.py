def rows(count):
    for n in range(count):
        if n == 2:
            raise ValueError(n)
        yield n


def checked(count):
    try:
        for row in rows(count):
            yield row
    except ValueError as error:
        yield f"bad row {error}"


print(list(checked(2)), list(checked(5)))
