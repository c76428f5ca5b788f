class Typed:
    def __init__(self, kind):
        self.kind = kind

    def __set_name__(self, owner, name):
        self.name = name
        self.storage = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} must be {self.kind.__name__}")
        setattr(instance, self.storage, value)


class Box:
    # Checked again when it is drawn.
    w = Typed(int)
    # Never zero.
    h = Typed(int)

    def __init__(self, w, h):
        self.w = w
        self.h = h


print(Box(1, 2).w)
