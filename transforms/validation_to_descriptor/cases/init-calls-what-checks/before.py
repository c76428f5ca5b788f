def _check_positive(name, value):
    if value <= 0:
        raise ValueError("%s must be positive, got %r" % (name, value))


class Lens:
    def __init__(self, focal, aperture, weight):
        _check_positive("focal", focal)
        self.focal = focal
        _check_positive("aperture", aperture)
        self.aperture = aperture
        _check_positive("weight", weight)
        self.weight = weight

    def ratio(self):
        return self.focal / self.aperture


print(Lens(50, 2, 300).ratio())
for args in ((0, 1, 1), (1, 0, 1), (1, 1, -1)):
    try:
        Lens(*args)
    except ValueError as e:
        print(e)
