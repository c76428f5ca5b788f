import weakref


class Key:
    """A key that is compared by its secret."""

    __slots__ = ("__secret", "__weakref__")

    def __init__(self, secret):
        self.__secret = secret

    def matches(self, other):
        return self.__secret == other.__secret


keys = [Key(n % 2) for n in range(3)]
seen = weakref.WeakSet(keys)
print(keys[0].matches(keys[2]), keys[0].matches(keys[1]), len(seen))
