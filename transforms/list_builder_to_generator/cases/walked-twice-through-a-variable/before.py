def _words(text: str):
    out = []
    for word in text.split():
        out.append(word.lower())
    return out


def spread(text):
    words = _words(text)
    longest = max(len(word) for word in words)
    return [word.ljust(longest) for word in words]


print(spread("A bbb"))
