import os
import tempfile


def users(path):
    names = []
    with open(path) as f:
        # One user per line.
        for line in f:
            names.append(line.split(":")[0])
    return names


def longest(path):
    f = open(path)
    best = 0
    for number, line in enumerate(f):
        if len(line) > best:
            best = len(line)
    f.close()
    return best


def parsed(path, width):
    with open(path, encoding="utf-8") as source:
        limit = width * 2
        return [row.strip()[:limit] for row in source]


with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "t")
    with open(name, "w") as out:
        out.write("root:x:0\nbin:x:1\nnobody:x:65534\n")
    print(users(name), longest(name), parsed(name, 3))
