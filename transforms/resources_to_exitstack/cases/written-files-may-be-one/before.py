import os
import tempfile


def write(paths, text):
    outs = [open(p, "w") for p in paths]
    try:
        for out in outs:
            out.write(text)
    finally:
        for out in outs:
            out.close()


with tempfile.TemporaryDirectory() as d:
    paths = [os.path.join(d, n) for n in "ab"]
    write(paths, "x")
    print([open(p).read() for p in paths])
