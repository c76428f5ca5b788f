class Price:
    def __init__(self, amount):
        self.amount = amount

    def __repr__(self):
        return f"Price(amount={self.amount!r})"

    __str__ = __repr__


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point(x={self.x!r}, y={self.y!r})"


print(str(Price(4)), Point(1, 2))
