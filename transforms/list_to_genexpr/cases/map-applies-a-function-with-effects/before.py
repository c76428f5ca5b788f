def send(number):
    print("send", number)
    return number * 2


def some_large(numbers: list[int]):
    return any([n > 3 for n in map(send, numbers)])


print(some_large([1, 2, 3, 4]))
