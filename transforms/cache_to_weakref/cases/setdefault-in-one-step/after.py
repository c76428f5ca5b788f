from weakref import WeakValueDictionary


class Unit:
    _known = WeakValueDictionary()

    def __init__(self, symbol):
        self.symbol = symbol

    @classmethod
    def of(cls, symbol):
        return cls._known.setdefault(symbol, cls(symbol))


u = Unit.of("m")
print(u is Unit.of("m"), Unit.of("s").symbol)
