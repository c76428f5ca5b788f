class Base:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "base " + self.name


class A(Base):
    def __repr__(self):
        inner = super().__repr__()
        return "<%s>" % inner


class B(Base):
    def __repr__(self):
        inner = super().__repr__()
        return "<%s>" % inner


class C:
    def __init__(self):
        self.__n = 3

    def __repr__(self):
        n = self.__n
        return "n=%d" % n


class D:
    def __init__(self):
        self.__n = 4

    def __repr__(self):
        n = self.__n
        return "n=%d" % n


print(A("x"), B("y"), C(), D())
