import io


def slurp(text):
    f = io.StringIO(text)
    data = f.read()
    f.close()  # pragma: no cover
    return data


print(slurp("a"))
