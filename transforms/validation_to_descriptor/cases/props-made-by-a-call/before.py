class Account:
    """What somebody owns."""

    def __init__(self, balance, limit):
        self.balance = balance
        self.limit = limit

    def get_balance(self):
        return self._balance

    def set_balance(self, value):
        if not isinstance(value, int):
            raise TypeError("balance must be an int")
        if value < 0:
            raise ValueError("balance must not be negative")
        self._balance = value

    balance = property(get_balance, set_balance)

    def _get_limit(self):
        return self._limit

    def _set_limit(self, value):
        if not isinstance(value, int):
            raise TypeError("limit must be an int")
        if value < 0:
            raise ValueError("limit must not be negative")
        self._limit = value

    limit = property(fget=_get_limit, fset=_set_limit)

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
