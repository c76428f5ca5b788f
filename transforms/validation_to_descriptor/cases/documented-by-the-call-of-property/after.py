class NonNegative:
    def __init__(self, doc=None):
        self.__doc__ = doc

    def __set_name__(self, owner, name):
        self.name = name
        self.storage = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        if value < 0:
            raise ValueError(f"{self.name} must not be negative")
        setattr(instance, self.storage, value)


class Pump(object):
    rate = NonNegative(doc="Litres per minute.")
    limit = NonNegative(doc="Most litres.")

    def __init__(self):
        self._rate = 1
        self._limit = 1


p = Pump()
p.rate = 4
print(p.rate, p.limit)
try:
    p.limit = -3
except ValueError as e:
    print(e)
