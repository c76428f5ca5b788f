class Icon:
    def __init__(self, name):
        self.name = name


_icons = {}


def icon(name):
    if name not in _icons:
        _icons[name] = Icon(name)
    return _icons[name]
