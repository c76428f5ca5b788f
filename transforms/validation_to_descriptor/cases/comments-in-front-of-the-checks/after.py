class InRange:
    """An attribute whose value is checked when it is assigned."""

    def __init__(self, minimum, maximum, doc=None):
        self.minimum = minimum
        self.maximum = maximum
        self.__doc__ = doc

    def __set_name__(self, owner, name):
        self.name = name
        self.storage = '_' + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        # keep within mechanical limits
        if value < self.minimum:
            raise ValueError('%s is too small: %d' % (self.name, value))
        if value > self.maximum:
            raise ValueError('%s is too large: %d' % (self.name, value))
        setattr(instance, self.storage, value)


class Servo(object):
    """A hobby servo."""

    angle = InRange(0, 180, doc='The angle in degrees.')
    speed = InRange(1, 60, doc='The speed in degrees per second.')

    def __init__(self, angle=90, speed=10):
        self.angle = angle
        self.speed = speed

    def move(self):
        return '%d@%d' % (self.angle, self.speed)


s = Servo()
print(s.move())
for n, v in (('angle', -1), ('angle', 181), ('speed', 0), ('speed', 61)):
    try:
        setattr(s, n, v)
    except ValueError as e:
        print(e)
