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


def lines(path):
    fd = os.open(path, os.O_RDONLY)
    total = 0
    with os.fdopen(fd) as f:
        for line in f.readlines():
            total += len(line)
    return total


run(lines)
