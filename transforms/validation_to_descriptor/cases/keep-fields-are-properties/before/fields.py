def names(thing):
    return [name for name, value in vars(type(thing)).items() if isinstance(value, property)]
