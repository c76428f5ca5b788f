import os
import tempfile
from itertools import islice


def rows(path):
    table = []
    with open(path) as f:
        for line in f.readlines()[1:]:
            table.append(line.rstrip().split(","))
    return table


def head(path):
    with open(path) as f:
        return [line.rstrip() for line in f.readlines()[:2]]


def middle(path):
    with open(path) as f:
        lines = f.readlines()[1:3]
        count = 0
        for line in lines:
            count += len(line)
    return count


fd, path = tempfile.mkstemp()
os.write(fd, b"a,b\n1,2\n3,4\n5,6\n")
os.close(fd)
print(rows(path), head(path), middle(path))
print(list(islice("abc", 2)))
os.remove(path)
