class Header:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return "<{}>".format(self.__class__.__name__)
        # The value is not shown: it came from outside.

    def __str__(self):
        return self.value


class Body:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return '<{}>'.format(self.__class__.__name__)

    def __str__(self):
        return self.text


print(repr(Header("a")), repr(Body("b")), Header("a"), Body("b"))
