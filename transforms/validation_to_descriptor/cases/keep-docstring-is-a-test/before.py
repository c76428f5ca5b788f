import doctest


class Pair:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    @property
    def left(self):
        """>>> Pair("a", "b").left and None"""
        return self._left

    @left.setter
    def left(self, value):
        if not isinstance(value, str):
            raise TypeError("left must be str")
        self._left = value

    @property
    def right(self):
        """>>> Pair("a", "b").right and None"""
        return self._right

    @right.setter
    def right(self, value):
        if not isinstance(value, str):
            raise TypeError("right must be str")
        self._right = value


print(doctest.testmod(verbose=False).attempted, Pair("a", "b").left)
