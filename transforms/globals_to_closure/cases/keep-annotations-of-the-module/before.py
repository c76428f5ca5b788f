_total: float = 0.0


def book(amount):
    global _total
    _total += amount
    return _total


print(book(2), sorted(__annotations__))
