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


def again(path):
    out = []
    with open(path) as f:
        for line in f.readlines():
            f.seek(0)
            out.append(line)
            if len(out) > 9:
                break
    return out


run(again)
