class Money:
    __slots__ = ("amount", "currency")

    def __init__(self, amount, currency):
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "currency", currency)

    def __setattr__(self, name, value):
        raise AttributeError("Money is immutable")

    def __add__(self, other):
        return Money(self.amount + other.amount, self.currency)


total = Money(0, "EUR")
for m in [Money(n, "EUR") for n in range(5)]:
    total = total + m
print(total.amount, total.currency)
try:
    total.amount = 3
except AttributeError as e:
    print(e)
