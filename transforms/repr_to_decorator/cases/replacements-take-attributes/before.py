class Route(object):
    def __init__(self, path, method):
        self.path = path
        self.method = method

    def __repr__(self):
        return "<{self.__class__.__name__} path={self.path!r} method={self.method!r}>".format(self=self)


class View(object):
    def __init__(self, name, route):
        self.name = name
        self.route = route

    def __repr__(self):
        return "<{self.__class__.__name__} name={self.name!r} route={self.route!r}>".format(self=self)


class Blueprint(object):
    def __init__(self, prefix):
        self.prefix = prefix

    def __repr__(self):
        return "<{self.__class__.__name__} prefix={self.prefix!r}>".format(self=self)


print(View("x", Route("/", "GET")), Blueprint("/api"))
