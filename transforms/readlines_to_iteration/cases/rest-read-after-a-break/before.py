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


def head(path):
    with open(path) as f:
        for line in f.readlines():
            if line.startswith("a"):
                break
        return line, f.read()


run(head)
