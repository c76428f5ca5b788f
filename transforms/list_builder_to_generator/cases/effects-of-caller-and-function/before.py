def _read(names: list[str]):
    out = []
    for name in names:
        print("read", name)
        out.append(name.upper())
    return out


def copy(names):
    for text in _read(names):
        print("write", text)


copy(["a", "b"])
