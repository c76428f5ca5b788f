class A:
    def __init__(self, x):
        self.__x = x

    def __repr__(self):
        return f"A(__x={self.__x!r})"


class B:
    def __init__(self, x):
        self.__x = x

    def __repr__(self):
        return f"B(__x={self.__x!r})"


print(A(1), B("b"))
