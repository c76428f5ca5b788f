class Checked:
    def __set_name__(self, owner, name):
        self.name = name
        self.storage = f"_{name}"

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, value):
        instance._check(self.name, value)
        setattr(instance, self.storage, value)


class Config:
    least = 1

    port = Checked()
    timeout = Checked()

    def __init__(self, port, timeout):
        self.port = port
        self.timeout = timeout

    def _check(self, name, value):
        if value < self.least:
            raise ValueError(f"{name} must be at least {self.least}")


class Wide(Config):
    least = 5


config = Config(1, 2)
print(vars(config))
for cls in (Config, Wide):
    try:
        cls(9, 0)
    except ValueError as e:
        print(e)
