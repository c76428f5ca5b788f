class Color:
    _cache = {}

    def __new__(cls, r, g, b):
        key = (r, g, b)
        obj = cls._cache.get(key)
        if obj is None:
            obj = super().__new__(cls)
            obj.r, obj.g, obj.b = key
            cls._cache[key] = obj
        return obj


red = Color(255, 0, 0)
palette = [red, Color(0, 0, 0), Color(255, 0, 0)]
print(palette[0] is palette[2], palette[0] is palette[1])
