import inspect


def njit(cls):
    if any(inspect.isgeneratorfunction(method) for method in vars(cls).values()):
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
