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
        masks = _masks(text)
        print("masks of", text)
        for mask in masks:
            print(mask)
    except ValueError as error:
        print("no number:", error)
