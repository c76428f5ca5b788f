import sys


def _parse(text):
    if not text.isdigit():
        raise ValueError(text)
    return int(text)


def _masks(text):
    number = _parse(text)
    found = []
    for candidate in range(1, number + 1):
        if number & candidate == candidate:
            found.append(candidate)
    return found


for text in ["12", "x"]:
    try:
        for mask in _masks(text):
            print(mask)
    except ValueError as error:
        print("no number:", error)
print("done", file=sys.stdout)
