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


def load(path):
    out = []
    try:
        with open(path, encoding="utf-8", buffering=1) as f:
            for line in f.readlines():
                out.append(line)
    except UnicodeDecodeError:
        out.append("broken")
    return len(out)


run(load, b"a\n" * 9000 + b"\xff\n")
