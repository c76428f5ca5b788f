def _readers(names: list[str]):
    out = []
    for name in names:
        out.append(lambda: name)
    return out


for reader in _readers(["a", "b"]):
    print(reader())
