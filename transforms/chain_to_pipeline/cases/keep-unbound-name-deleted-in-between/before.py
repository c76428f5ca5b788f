def album_for(number):
    print("album", number)
    return number


def albums(numbers):
    found = [album_for(n) for n in numbers]
    del format
    return [a for a in found]


def shelves(numbers):
    found = [album_for(n) for n in numbers]
    before = limit
    limit = 3
    return [a for a in found if a < before]


def again(numbers):
    found = [album_for(n) for n in numbers]
    limit = limit
    return [a for a in found if a < limit]


for function in albums, shelves, again:
    try:
        print(function([3]))
    except UnboundLocalError as error:
        print(type(error).__name__)
