import inspect


def njit(cls):
    if "yield" in inspect.getsource(cls):
        raise SyntaxError("no generators")
    return cls


try:
    @njit
    class Grid:
        def _cells(self, n: int):
            out = []
            for i in range(n):
                out.append(i)
            return out

        def total(self):
            return sum(self._cells(3))
except SyntaxError as error:
    print(error)
else:
    print(Grid().total())
