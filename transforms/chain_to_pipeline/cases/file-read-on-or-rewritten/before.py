import os
import tempfile


def head_and_rest(path):
    with open(path) as f:
        lines = [line.strip() for line in f]
        rest = f.read()
        return "".join(line for line in lines), rest


def rewritten(path):
    with open(path) as f:
        lines = [line.strip() for line in f]
        with open(path, "w") as out:
            for line in lines:
                out.write(line + "!\n")


def closed(path):
    f = open(path)
    lines = [line.strip() for line in f]
    f.close()
    return max(lines)


fd, name = tempfile.mkstemp()
os.write(fd, b"a\nb\n")
os.close(fd)
print(head_and_rest(name))
rewritten(name)
print(closed(name))
with open(name) as f:
    print(f.read())
os.remove(name)
