def fetch(number):
    print("fetch", number)
    return number


def positive(number):
    if number < 0:
        raise ValueError(number)
    return number


def largest(numbers: list[int]):
    return max([fetch(n) for n in numbers], key=positive)


try:
    print(largest([3, -1, 2]))
except ValueError as error:
    print("rejected", error)
