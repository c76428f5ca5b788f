class Lattice:
    """A cubic lattice."""

    def __init__(self, nx, ny, nz):
        assert isinstance(nx, int), "nx must be an integer"
        assert isinstance(ny, int), "ny must be an integer"
        assert isinstance(nz, int), "nz must be an integer"
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
