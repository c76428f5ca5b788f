class NonNegativeInteger:
    """A checked attribute."""

    def __set_name__(self, owner, name):
        self.name = name
        self.storage = f"_{name}"

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        if not isinstance(value, int):
            raise TypeError(f"{self.name} must be an int")
        if value < 0:
            raise ValueError(f"{self.name} must not be negative")
        setattr(instance, self.storage, value)


class Account:
    """What somebody owns."""

    balance = NonNegativeInteger()
    limit = NonNegativeInteger()

    def __init__(self, balance, limit):
        self.balance = balance
        self.limit = limit

    def left(self):
        return self.limit - self.balance


account = Account(1, 2)
account.balance = 5
for bad in ("x", -1):
    for name in ("balance", "limit"):
        try:
            setattr(account, name, bad)
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
print(account.left(), vars(account))
