def describe(cls):
    return sorted(name for name, value in vars(cls).items() if isinstance(value, property))
