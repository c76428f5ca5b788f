class Integer:
    """An attribute whose value is checked when it is assigned."""

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        try:
            return instance.__dict__[self.name]
        except KeyError:
            raise AttributeError(self.name) from None

    def __set__(self, instance, value):
        assert isinstance(value, int), f"{self.name} must be an integer"
        instance.__dict__[self.name] = value


class Lattice:
    """A cubic lattice."""

    nx = Integer()
    ny = Integer()
    nz = Integer()

    def __init__(self, nx, ny, nz):
        self.nx = nx
        self.ny = ny
        self.nz = nz

    def sites(self):
        return self.nx * self.ny * self.nz


print(Lattice(2, 3, 4).sites())
for args in ((1.0, 1, 1), (1, "2", 1)):
    try:
        Lattice(*args)
    except AssertionError as e:
        print(e)
