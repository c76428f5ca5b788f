class Atom:
    _cache = {}

    def __init__(self, name):
        self.name = name

    @classmethod
    def get(cls, name):
        s = cls._cache.get(name)
        if s is None:
            s = cls._cache[name] = cls(name)
        return s


first = id(Atom.get("x"))
pad = [Atom.get("y")]
print(first == id(Atom.get("x")))
