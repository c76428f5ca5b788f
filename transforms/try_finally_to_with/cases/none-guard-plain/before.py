import pathlib
import tempfile


def read(path):
    f = None
    try:
        f = open(path)
        return f.read().split()
    finally:
        if f:
            f.close()


def copy(source, target):
    out = None
    size = 0
    try:
        data = read(source)
        size = len(data)
        # The target comes last.
        out = open(target, "w")

        for word in data:
            out.write(word + "\n")
    finally:
        if out is not None:
            out.close()
    return size, out.closed


with tempfile.TemporaryDirectory() as d:
    a, b = pathlib.Path(d, "a"), pathlib.Path(d, "b")
    a.write_text("x y\nz")
    print(read(a), copy(a, b), b.read_text())
    try:
        copy(pathlib.Path(d, "c"), b)
    except OSError as error:
        print(type(error).__name__, b.read_text())
