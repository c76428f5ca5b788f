import os
import tempfile


def load(path):
    good = []
    try:
        with open(path, encoding="ascii") as f:
            for line in [line for line in f]:
                good.append(line)
    except UnicodeDecodeError:
        return len(good), "broken"
    return len(good), "fine"


fd, path = tempfile.mkstemp()
os.write(fd, b"abc\n" * 6000 + b"\xff\n")
os.close(fd)
print(load(path))
os.remove(path)
