def _words(line):
    words = []
    if line == "":
        return ["(empty)"]
    for word in line.split():
        words.append(word)
    return words


def shown(line):
    return "/".join(word.upper() for word in _words(line))


print(shown("a b"), shown(""))
