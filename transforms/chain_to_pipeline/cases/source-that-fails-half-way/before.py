def numbers(limit):
    for n in range(limit):
        if n == 3:
            raise ValueError(n)
        yield n


def collect(source):
    good = []
    try:
        kept = [n for n in source]
        for n in kept:
            good.append(n)
    except ValueError:
        return good, "broken"
    return good, "fine"


print(collect(numbers(5)), collect([1, 2]))
