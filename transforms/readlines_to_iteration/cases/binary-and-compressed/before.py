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


import gzip


def sizes(path):
    with open(path, "rb") as f:
        sizes = [len(line) for line in f.readlines()]
    with gzip.open(path + ".gz", "wb") as out:
        out.write(b"q\nrr\n")
    with gzip.open(path + ".gz") as f:
        longest = max(len(line) for line in f.readlines())
    os.remove(path + ".gz")
    return sizes, longest


run(sizes)
