def _upper(letters):
    out = []
    for letter in letters:
        out.append(letter.upper())
    return out


def pairs(text):
    it = iter(text)
    return list(zip(_upper(it), it))


print(pairs("abcd"))
