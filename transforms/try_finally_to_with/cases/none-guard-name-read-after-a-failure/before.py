import pathlib
import tempfile


def lines(path):
    f = None
    count = 0
    try:
        try:
            f = open(path)
            for _ in f:
                count += 1
        finally:
            if f:
                f.close()
    except OSError:
        pass
    return count, f is None


with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d, "a")
    print(lines(p))
    p.write_text("1\n2\n")
    print(lines(p))
