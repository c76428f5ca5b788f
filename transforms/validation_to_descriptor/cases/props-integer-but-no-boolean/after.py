class Integer:
    def __set_name__(self, owner, name):
        self.name = name
        self.storage = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{self.name} must be int")
        setattr(instance, self.storage, value)


class Grid:
    rows = Integer()
    columns = Integer()

    def __init__(self, rows, columns):
        self.rows = rows
        self.columns = columns


for value in (1, True, "s"):
    try:
        print(Grid(value, 2).rows)
    except TypeError as error:
        print(error)
