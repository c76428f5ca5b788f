class Point:
    __slots__ = ("x", "y")
    _cache = {}

    def __new__(cls, x, y):
        point = cls._cache.get((x, y))
        if point is None:
            point = cls._cache[x, y] = super().__new__(cls)
            point.x, point.y = x, y
        return point


points = [Point(1, 2), Point(1, 2)]
print(points[0] is points[1], points[0].x)
