import os
import tempfile


def write(path, items):
    out = None
    try:
        out = open(path, "w")
        for item in items:
            out.write("%d\n" % item)
    except TypeError:
        return os.path.getsize(path)
    finally:
        if out is not None:
            out.close()
    return -1


with tempfile.TemporaryDirectory() as d:
    print(write(os.path.join(d, "a"), [1, 2, "x"]), write(os.path.join(d, "b"), [1]))
