def shelve(number):
    return number


def named(numbers):
    found = [shelve() for n in numbers]
    del shelf
    return [a for a in found]


try:
    named([3])
except UnboundLocalError:
    print("no value")
except TypeError:
    print("does not fit")
