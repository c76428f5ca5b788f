def _halves(numbers):
    found = []
    for number in numbers:
        if number % 2:
            raise ValueError(number)
        found.append(number // 2)
    return found


for numbers in [[2, 4], [6, 7]]:
    try:
        for half in _halves(numbers):
            print(half)
    except ValueError as error:
        print("odd:", error)
