class Pump(object):
    def __init__(self):
        self._rate = 1
        self._limit = 1

    def _get_rate(self):
        return self._rate

    def _set_rate(self, value):
        if value < 0:
            raise ValueError("rate must not be negative")
        self._rate = value

    rate = property(_get_rate, _set_rate, doc="Litres per minute.")

    def _get_limit(self):
        return self._limit

    def _set_limit(self, value):
        if value < 0:
            raise ValueError("limit must not be negative")
        self._limit = value

    limit = property(_get_limit, _set_limit, doc="Most litres.")


p = Pump()
p.rate = 4
print(p.rate, p.limit)
try:
    p.limit = -3
except ValueError as e:
    print(e)
