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


def enumerate(lines):
    return [(len(lines) - i, line) for i, line in zip(range(len(lines)), lines)]


def countdown(path):
    with open(path) as f:
        return [(i, line) for i, line in enumerate(f.readlines())]


run(countdown)
