class Box:
    def __init__(self, w, h):
        self.w = w
        self.h = h

    @property
    def w(self):
        return self._w

    @w.setter
    def w(self, value):
        if not isinstance(value, int):
            raise TypeError("w must be int")
        self._w = value
        # Checked again when it is drawn.

    @property
    def h(self):
        return self._h

    @h.setter
    def h(self, value):
        if not isinstance(value, int):
            raise TypeError("h must be int")
        self._h = value
        # Never zero.


print(Box(1, 2).w)
