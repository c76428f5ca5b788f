log = []


def fetch(number):
    log.append(number)
    return number


def check(number):
    if number > 3:
        raise ValueError(number)


def load(numbers: list[int]):
    for number in [fetch(n) for n in numbers]:
        check(number)


try:
    load([1, 9, 2, 3])
except ValueError as error:
    print("rejected", error)
print(log)
