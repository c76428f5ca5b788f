class Servo(object):
    """A hobby servo."""

    def __init__(self, angle=90, speed=10):
        self.angle = angle
        self.speed = speed

    @property
    def angle(self):
        """The angle in degrees."""
        return self._angle

    @angle.setter
    def angle(self, value):
        # keep within mechanical limits
        if value < 0:
            raise ValueError('angle is too small: %d' % value)
        if value > 180:
            raise ValueError('angle is too large: %d' % value)
        self._angle = value

    @property
    def speed(self):
        """The speed in degrees per second."""
        return self._speed

    @speed.setter
    def speed(self, value):
        # keep within mechanical limits
        if value < 1:
            raise ValueError('speed is too small: %d' % value)
        if value > 60:
            raise ValueError('speed is too large: %d' % value)
        self._speed = value

    def move(self):
        return '%d@%d' % (self.angle, self.speed)


s = Servo()
print(s.move())
for n, v in (('angle', -1), ('angle', 181), ('speed', 0), ('speed', 61)):
    try:
        setattr(s, n, v)
    except ValueError as e:
        print(e)
