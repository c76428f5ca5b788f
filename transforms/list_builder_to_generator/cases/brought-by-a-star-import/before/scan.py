def fields(text: str):
    out = []
    for part in text.split(","):
        out.append(part.strip())
    return out


def total(text: str):
    return sum(len(part) for part in fields(text))
