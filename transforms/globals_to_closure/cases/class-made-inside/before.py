_made = 0


def point(x):
    global _made
    _made += 1

    class Point:
        def __init__(self):
            self.x = x

    return Point()


def made():
    return _made


print(point(3).x, made())
