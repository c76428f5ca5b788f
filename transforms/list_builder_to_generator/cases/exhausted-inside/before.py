def _pairs(texts: list[str]):
    out = []
    it = iter(texts)
    for left in it:
        out.append((left, next(it)))
    return out


try:
    print(dict(_pairs(["a", "b", "c"])))
except StopIteration:
    print("odd")
