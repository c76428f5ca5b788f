def letters():
    yield from "xy"  # both of them


def digits():
    for digit in "12":  # both of them
        yield digit;


print(list(letters()), list(digits()))
