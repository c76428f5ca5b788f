import os
import tempfile


def second_lines(paths):
    files = []
    try:
        for path in paths:
            f = open(path)
            f.readline()
            files.append(f)
        return [f.readline().strip() for f in files]
    finally:
        for f in files:
            f.close()


with tempfile.TemporaryDirectory() as d:
    paths = []
    for name in "ab":
        paths.append(os.path.join(d, name))
        with open(paths[-1], "w") as out:
            out.write(f"{name}\n{name * 2}\n")
    print(second_lines(paths))
