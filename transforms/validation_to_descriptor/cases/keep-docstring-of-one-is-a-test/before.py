import doctest


class Pair:
    def __init__(self, both, left):
        self.both = both
        self.left = left

    @property
    def both(self):
        """>>> assert Pair("ab", "a").both == "ab\""""
        return self._both

    @both.setter
    def both(self, value):
        if not isinstance(value, str):
            raise TypeError("both must be str")
        self._both = value

    @property
    def left(self):
        return self._left

    @left.setter
    def left(self, value):
        if not isinstance(value, str):
            raise TypeError("left must be str")
        self._left = value


print(doctest.testmod(report=False, verbose=False).attempted, Pair("ab", "a").left)
