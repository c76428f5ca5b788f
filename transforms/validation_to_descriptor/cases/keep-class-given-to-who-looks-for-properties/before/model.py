class Car:
    def __init__(self, speed, load):
        self.speed = speed
        self.load = load

    @property
    def speed(self):
        return self._speed

    @speed.setter
    def speed(self, value):
        if value < 0:
            raise ValueError("speed must not be negative")
        self._speed = value

    @property
    def load(self):
        return self._load

    @load.setter
    def load(self, value):
        if value < 0:
            raise ValueError("load must not be negative")
        self._load = value
