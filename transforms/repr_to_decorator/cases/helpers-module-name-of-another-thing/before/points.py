auto_repr = "taken"


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"Point(x={self.x!r}, y={self.y!r})"


class Pole:
    def __init__(self, at):
        self.at = at

    def __repr__(self):
        return f"Pole(at={self.at!r})"
