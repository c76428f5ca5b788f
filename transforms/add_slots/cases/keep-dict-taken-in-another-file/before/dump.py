def dump(objs):
    return [sorted(o.__dict__.items()) for o in objs]
