def check(name):
    print("checking", name)
    return name


def first(names):
    return next(iter([check(n) for n in names]), None)


print(first("abc"))
try:
    next([n for n in "ab"])
except TypeError:
    print("a list is no iterator")
