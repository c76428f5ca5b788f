class Config:
    least = 1

    def __init__(self, port, timeout):
        self.port = port
        self.timeout = timeout

    def _check(self, name, value):
        if value < self.least:
            raise ValueError(f"{name} must be at least {self.least}")

    @property
    def port(self):
        return self._port

    @port.setter
    def port(self, value):
        self._check("port", value)
        self._port = value

    @property
    def timeout(self):
        return self._timeout

    @timeout.setter
    def timeout(self, value):
        self._check("timeout", value)
        self._timeout = value


class Wide(Config):
    least = 5


config = Config(1, 2)
print(vars(config))
for cls in (Config, Wide):
    try:
        cls(9, 0)
    except ValueError as e:
        print(e)
