class Price:
    def __init__(self, amount):
        self.amount = amount

    def __repr__(self):
        """The price as it is written in a catalogue."""
        return f"Price(amount={self.amount!r})"


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point(x={self.x!r}, y={self.y!r})"


print(Price(4), Point(1, 2))
print(Price.__repr__.__doc__)
