from pkg.models import Person


def first():
    return Person("a", "b", "c", "d")
