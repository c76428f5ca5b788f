class Range:
    def __init__(self, low, high):
        self.low = low
        self.high = high

    @property
    def low(self):
        return self._low

    @low.setter
    def low(self, value):
        if not isinstance(value, int):  # pragma: no cover
            raise TypeError("low must be int")
        self._low = value

    @property
    def high(self):
        return self._high

    @high.setter
    def high(self, value):
        if not isinstance(value, int):
            raise TypeError("high must be int")
        self._high = value


print(Range(1, 2).low)
