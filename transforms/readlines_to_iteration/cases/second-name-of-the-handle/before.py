import os
import tempfile


def run(func, data=b"a\nb\nc\n"):
    fd, name = tempfile.mkstemp()
    os.write(fd, data)
    os.close(fd)
    try:
        print(func(name))
    finally:
        os.remove(name)


def pairs(path):
    out = []
    with open(path) as f:
        other = f
        for line in f.readlines():
            out.append(line + other.readline())
    return out


run(pairs)
