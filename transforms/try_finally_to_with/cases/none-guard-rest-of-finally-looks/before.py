import io


def measure(text):
    f = None
    sizes = []
    try:
        f = io.StringIO(text)
        f.read(2)
    finally:
        if f is not None:
            f.close()
        sizes.append(f is not None and f.closed)
    return sizes


print(measure("abc"))
