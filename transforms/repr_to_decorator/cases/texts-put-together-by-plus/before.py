class A:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __repr__(self):
        return "A(x=" + repr(self.x) + ", y=" + repr(self.y) + ")"


class B:
    def __init__(self, z, w):
        self.z = z
        self.w = w

    def __repr__(self):
        return "B(z=" + repr(self.z) + ", w=" + repr(self.w) + ")"


print(A(1, 2), B(3, "4"))
