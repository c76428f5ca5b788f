def _make_point():
    _made = 0

    def point(x):
        nonlocal _made
        _made += 1

        class Point:
            def __init__(self):
                self.x = x

        return Point()

    def made():
        return _made

    return point, made


point, made = _make_point()

print(point(3).x, made())
