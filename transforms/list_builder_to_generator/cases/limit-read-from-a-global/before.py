limit = 3


def _below(numbers: list[int]):
    out = []
    for n in numbers:
        if n < limit:
            out.append(n)
    return out


def walk():
    global limit
    seen = 0
    for n in _below([1, 2, 3, 4]):
        limit = 2
        seen += n
    return seen


print(walk())
