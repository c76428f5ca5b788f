def auto_repr(cls):
    def __repr__(self):
        return "<{}>".format(self.__class__.__name__)

    cls.__repr__ = __repr__
    return cls


# The value is not shown: it came from outside.
@auto_repr
class Header:
    def __init__(self, value):
        self.value = value

    def __str__(self):
        return self.value


@auto_repr
class Body:
    def __init__(self, text):
        self.text = text

    def __str__(self):
        return self.text


print(repr(Header("a")), repr(Body("b")), Header("a"), Body("b"))
