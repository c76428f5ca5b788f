import contextlib


def opening(balance):
    if balance < 0:
        raise ValueError(balance)
    return balance


def balance(amounts: list[int], start: int):
    last = None
    with contextlib.suppress(ValueError):
        print("balance", sum([last := a for a in amounts], opening(start)))
    return last


print(balance([1, 2, 3], 10))
print(balance([4, 5, 6], -1))
