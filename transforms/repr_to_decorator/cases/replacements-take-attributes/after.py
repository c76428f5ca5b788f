def auto_repr(*fields):
    def decorate(cls):
        def __repr__(self):
            shown = []
            for field in fields:
                shown.append(f"{field}={getattr(self, field)!r}")
            values = " ".join(shown)
            return f"<{type(self).__name__} {values}>"

        cls.__repr__ = __repr__
        return cls

    return decorate


@auto_repr("path", "method")
class Route(object):
    def __init__(self, path, method):
        self.path = path
        self.method = method


@auto_repr("name", "route")
class View(object):
    def __init__(self, name, route):
        self.name = name
        self.route = route


@auto_repr("prefix")
class Blueprint(object):
    def __init__(self, prefix):
        self.prefix = prefix


print(View("x", Route("/", "GET")), Blueprint("/api"))
