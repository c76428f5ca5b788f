def _require_positive(name, value):
    if value <= 0:
        raise ValueError(f"{name} must be positive")


class Checked:
    def __set_name__(self, owner, name):
        self.name = name
        self.storage = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        _require_positive(self.name, value)
        setattr(instance, self.storage, value)


class Rect:
    width = Checked()
    height = Checked()

    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def area(self):
        return self.width * self.height


r = Rect(2, 3)
print(r.area)
try:
    r.width = 0
except ValueError as e:
    print(e)
