class Model:
    def __init_subclass__(cls):
        cls.fields = [k for k, v in cls.__dict__.items() if type(v).__name__ == "property"]


class A(Model):
    @property
    def w(self):
        return self._w

    @w.setter
    def w(self, v):
        if v < 0:
            raise ValueError("w must not be negative")
        self._w = v

    @property
    def h(self):
        return self._h

    @h.setter
    def h(self, v):
        if v < 0:
            raise ValueError("h must not be negative")
        self._h = v


print(A.fields)
