def load(store: list[int], tokens: tuple[str, ...]):
    numbers = [int(token) for token in tokens]
    store.extend(numbers)


store = []
try:
    load(store, ("1", "x"))
except ValueError:
    pass
print(store)
