import io


def slurp(text, really):
    data = None
    if really: f = io.StringIO(text); data = f.read(); f.close()
    return data


print(slurp("a", True), slurp("a", False))
