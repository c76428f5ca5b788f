def _fields(text):
    out = []
    for part in text.split(","):
        out.append(part)
    return out
