def check(number):
    if number > 3:
        raise ValueError(number)
    return number


def largest(numbers):
    rest = iter(numbers)
    try:
        print(max([number for number in rest], key=check))
    except ValueError as error:
        print("rejected", error)
    return list(rest)


print(largest([1, 5, 2, 7]), largest([1, 2]))
