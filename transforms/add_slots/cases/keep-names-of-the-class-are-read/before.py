class A:
    def __init__(self, x):
        self.x = x


# A class of the same content, and none of the same objects.
B = type("B", (), dict(A.__dict__))
row = [A(n) for n in range(3)] + [B(n) for n in range(2)]
print([o.x for o in row], "x" in vars(A), "x" in dir(B))
