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


def found(path):
    with open(path) as f:
        hit = any(line.startswith("a") for line in f.readlines())
        return hit, f.read()


run(found)
