import os
import tempfile


def behind_the_with(path):
    with open(path) as f:
        lines = f.readlines()
    total = 0
    for line in lines:
        total += len(line)
    return total


def closed_first(path):
    f = open(path)
    lines = f.readlines()
    f.close()
    return [line.strip() for line in lines]


def written_again(path):
    f = open(path)
    lines = f.readlines()
    f.close()
    f = open(path, "w")
    for line in lines:
        f.write(line.upper())
    f.close()


def written_beside(path):
    with open(path) as f:
        lines = f.readlines()
        with open(path, "w") as out:
            for line in lines:
                out.write(line.lower())


with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "t")
    with open(name, "w") as out:
        out.write("a\nBc\n")
    print(behind_the_with(name), closed_first(name))
    written_again(name)
    print(closed_first(name))
    written_beside(name)
    print(closed_first(name))
