from decimal import Decimal


class Invoice:
    def __init__(self, lines: list[tuple[str, int]]):
        self.lines = lines

    def total(self):
        return sum([Decimal(price) * count for price, count in self.lines], Decimal("0.00"))


print(Invoice([("1.50", 2), ("0.25", 4)]).total(), Invoice([]).total())
