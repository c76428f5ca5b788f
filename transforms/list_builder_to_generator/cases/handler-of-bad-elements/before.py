def _numbers(texts: list[str]):
    out = []
    for text in texts:
        out.append(int(text))
    return out


def load(texts, store):
    try:
        for n in _numbers(texts):
            store.append(n)
    except ValueError:
        return "bad"
    return "good"


store = []
print(load(["1", "x"], store), store)
