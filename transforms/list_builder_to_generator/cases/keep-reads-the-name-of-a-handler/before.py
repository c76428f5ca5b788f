def _masks(text):
    number = 0
    found = []
    for candidate in 1, number + 1:
        found.append(candidate)
    if error:
        pass
    return found


try:
    raise KeyError
except KeyError as error:
    pass
try:
    for mask in _masks("12"):
        print(mask)
except NameError as problem:
    print(problem)
