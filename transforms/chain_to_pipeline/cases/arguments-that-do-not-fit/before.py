def shelve(number):
    return number


def album_for(number):
    return shelve("album", number)


def albums(numbers):
    found = [album_for(n) for n in numbers]
    del shelf
    shelf = found
    return [a for a in found]


def named(numbers):
    found = [shelve(n, room="attic") for n in numbers]
    del shelf
    shelf = found
    return [a for a in found]


def by_lambda(numbers):
    found = [(lambda number: number)() for _ in numbers]
    del shelf
    shelf = found
    return [a for a in found]


class Shelf:
    def __init__(self, number):
        self.number = number


def made(numbers):
    found = [Shelf() for _ in numbers]
    del shelf
    shelf = found
    return [a for a in found]


for function in albums, named, by_lambda, made:
    try:
        print(function([3]))
    except UnboundLocalError:
        print("no value yet")
    except TypeError:
        print("does not fit")
