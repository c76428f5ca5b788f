class Shape:
    _cache = {}

    def __init__(self, name):
        self.name = name

    @classmethod
    def of(cls, name):
        if cls._cache.get(name) is None:
            cls._cache[name] = cls(name)
        return cls._cache[name]


shapes = [Shape.of(n) for n in "aba"]
print(shapes[0] is shapes[2], [s.name for s in shapes])
