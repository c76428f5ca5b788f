def _longest(words: list[str]):
    out = []
    for word in words:
        if len(word) > 2:
            out.append(word)
    return out


def shout(words: list[str]):
    text = ""
    long = _longest(words)
    for word in long:
        text += word.upper()
    return text


print(shout(["a", "bbb", "cccc"]))
