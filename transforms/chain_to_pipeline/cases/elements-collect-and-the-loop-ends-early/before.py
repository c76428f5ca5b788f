def first_long(lines: list[str]):
    seen = []
    words = [seen.append(line) or line.strip() for line in lines]
    for word in words:
        if len(word) > 2:
            break
    return word, seen


def any_long(lines: list[str]):
    seen = []
    words = [seen.append(line) or line.strip() for line in lines]
    return any(len(word) > 2 for word in words), seen


print(first_long(["a", "long", "b"]), any_long(["a", "long", "b"]))
