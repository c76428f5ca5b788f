def _longest(words: list[str]):
    for word in words:
        if len(word) > 2:
            yield word


def shout(words: list[str]):
    text = ""
    long = _longest(words)
    for word in long:
        text += word.upper()
    return text


print(shout(["a", "bbb", "cccc"]))
