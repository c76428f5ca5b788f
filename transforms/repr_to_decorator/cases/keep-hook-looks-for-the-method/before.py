class Shown:
    def __init_subclass__(cls):
        cls.is_shown = "__repr__" in vars(cls)


class Price(Shown):
    def __init__(self, amount):
        self.amount = amount

    def __repr__(self):
        return f"Price(amount={self.amount!r})"


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point(x={self.x!r}, y={self.y!r})"


print(Price(4), Price.is_shown, Point(1, 2))
