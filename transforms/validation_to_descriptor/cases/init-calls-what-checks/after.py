def _check_positive(name, value):
    if value <= 0:
        raise ValueError("%s must be positive, got %r" % (name, value))


class Positive:
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
        _check_positive(self.name, value)
        instance.__dict__[self.name] = value


class Lens:
    focal = Positive()
    aperture = Positive()
    weight = Positive()

    def __init__(self, focal, aperture, weight):
        self.focal = focal
        self.aperture = aperture
        self.weight = weight

    def ratio(self):
        return self.focal / self.aperture


print(Lens(50, 2, 300).ratio())
for args in ((0, 1, 1), (1, 0, 1), (1, 1, -1)):
    try:
        Lens(*args)
    except ValueError as e:
        print(e)
