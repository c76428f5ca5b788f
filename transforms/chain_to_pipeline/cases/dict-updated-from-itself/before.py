def shifted(table: dict[int, str]):
    pairs = [(key + 1, value) for key, value in table.items()]
    table.update(pairs)
    return table


try:
    print(shifted({1: "a", 5: "b"}))
except RuntimeError as error:
    print(error)
