def auto_repr(*fields):
    def decorate(cls):
        def __repr__(self):
            shown = []
            for field in fields:
                shown.append(f"{field}={getattr(self, '_' + field)!r}")
            values = ", ".join(shown)
            return f"{cls.__name__}({values})"

        cls.__repr__ = __repr__
        return cls

    return decorate


@auto_repr("value", "unit")
class Temp:
    def __init__(self, value, unit):
        self._value = value
        self._unit = unit


@auto_repr("value", "unit")
class Dist:
    def __init__(self, value, unit):
        self._value = value
        self._unit = unit


@auto_repr("value", "unit")
class Mass:
    def __init__(self, value, unit):
        self._value = value
        self._unit = unit


print(Temp(1, "C"), Dist(2, "m"), Mass(3, "kg"))
