import os
import tempfile


def tail(path):
    with open(path) as f:
        return [line.strip() for line in f.readlines()[-2:]]


def every_second(path):
    with open(path) as f:
        return [line.strip() for line in f.readlines()[::2]]


def behind(path, start):
    with open(path) as f:
        return [line.strip() for line in f.readlines()[start:]]


def header_and_rest(path):
    with open(path) as f:
        for line in f.readlines()[:1]:
            print("header", line.strip())
        return f.read()


def last(path):
    with open(path) as f:
        return f.readlines()[-1].strip()


fd, path = tempfile.mkstemp()
os.write(fd, b"a\nb\nc\n")
os.close(fd)
print(tail(path), every_second(path), behind(path, -1), repr(header_and_rest(path)), last(path))
os.remove(path)
