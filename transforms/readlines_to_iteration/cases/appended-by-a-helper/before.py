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


def note(path, text):
    if os.path.getsize(path) > 200:
        raise RuntimeError("runaway")
    with open(path, "a") as out:
        out.write(text)


def echo(path):
    count = 0
    with open(path) as f:
        for line in f.readlines():
            note(path, line)
            count += 1
    return count


run(echo)
