class Temp:
    def __init__(self, value, unit):
        self._value = value
        self._unit = unit

    def __repr__(self):
        return f"Temp(value={self._value!r}, unit={self._unit!r})"


class Dist:
    def __init__(self, value, unit):
        self._value = value
        self._unit = unit

    def __repr__(self):
        return f"Dist(value={self._value!r}, unit={self._unit!r})"


class Mass:
    def __init__(self, value, unit):
        self._value = value
        self._unit = unit

    def __repr__(self):
        return f"Mass(value={self._value!r}, unit={self._unit!r})"


print(Temp(1, "C"), Dist(2, "m"), Mass(3, "kg"))
