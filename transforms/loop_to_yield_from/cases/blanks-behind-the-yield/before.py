def letters():
    for letter in "xy":  # both of them
        yield letter   


def digits():
    for digit in "12":  # both of them
        yield digit;


print(list(letters()), list(digits()))
