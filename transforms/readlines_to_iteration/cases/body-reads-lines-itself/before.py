import os
import tempfile


def nested(path):
    count = 0
    with open(path) as f:
        for first in f.readlines():
            for second in f:
                count += 1
    return count


def by_next(path):
    pairs = []
    with open(path) as f:
        for line in f.readlines():
            pairs.append((line, next(f, None)))
    return pairs


def by_list(path):
    with open(path) as f:
        return [(line, list(f)) for line in f.readlines()]


fd, name = tempfile.mkstemp()
os.write(fd, b"1\n2\n3\n")
os.close(fd)
print(nested(name), by_next(name), by_list(name))
os.remove(name)
