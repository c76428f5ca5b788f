class Lenient(type):
    def __subclasscheck__(cls, other):
        return True


class Ignored(Exception, metaclass=Lenient):
    pass


def number(text):
    try:
        return int(text)
    except Ignored:
        pass


try:
    print(number("x"))
except ValueError:
    print("not ignored")
