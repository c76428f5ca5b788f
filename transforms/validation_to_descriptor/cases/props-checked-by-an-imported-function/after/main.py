from checks import check_positive


class Positive:
    def __set_name__(self, owner, name):
        self.name = name
        self.storage = f"_{name}"

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        check_positive(self.name, value)
        setattr(instance, self.storage, value)


class Box:
    width = Positive()
    height = Positive()

    def __init__(self, width, height):
        self.width = width
        self.height = height


for size in ((1, 2), (0, 1), (1, "x")):
    try:
        print(vars(Box(*size)))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
