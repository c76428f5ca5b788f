def _parts(text: str):
    out = []
    for part in text.split("/"):
        out.append(part)
    return out


def show(value):
    return "list" if isinstance(value, list) else str(type(value))


print(show(_parts("a/b")), "-".join(_parts("a/b")))
