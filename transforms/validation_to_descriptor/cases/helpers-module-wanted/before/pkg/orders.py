try:
    from pkg import validators
except ImportError:
    validators = None

print(validators)


class Order:
    def __init__(self, *values):
        raise TypeError(values)
