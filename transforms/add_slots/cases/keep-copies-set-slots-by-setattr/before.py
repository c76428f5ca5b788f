import copy


class Money:
    def __init__(self, amount, currency):
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "currency", currency)

    def __setattr__(self, name, value):
        raise AttributeError("Money is immutable")


wallet = [Money(n, "EUR") for n in range(3)]
print([copy.copy(m).amount for m in wallet])
