def squares(n: int):
    values = [i * i for i in range(n)]
    yield from values


print(list(squares(4)))
