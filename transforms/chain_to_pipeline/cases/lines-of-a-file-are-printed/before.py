import os
import tempfile


def show(path):
    with open(path) as f:
        lines = [line.strip() for line in f]
        pairs = [line.partition(" ") for line in lines if line]
        for name, _, number in pairs:
            print(name, number)


fd, path = tempfile.mkstemp()
os.write(fd, b"b 2\n\na 1\n")
os.close(fd)
show(path)
os.remove(path)
