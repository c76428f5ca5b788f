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


def count(path):
    with open(path) as f:
        return len(f.readlines())


run(count)
