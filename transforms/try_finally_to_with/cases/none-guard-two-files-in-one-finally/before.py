import pathlib
import tempfile


def zipped(left, right):
    a = b = None
    try:
        a = open(left)
        b = open(right)
        return [(x.strip(), y.strip()) for x, y in zip(a, b)]
    finally:
        if a:
            a.close()
        if b:
            b.close()


with tempfile.TemporaryDirectory() as d:
    p, q = pathlib.Path(d, "p"), pathlib.Path(d, "q")
    p.write_text("1\n2\n")
    try:
        zipped(p, q)
    except OSError as error:
        print(type(error).__name__)
    q.write_text("3\n4\n")
    print(zipped(p, q))
