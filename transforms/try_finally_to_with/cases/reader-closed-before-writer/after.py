import os
import tempfile


def copy(source, target):
    with open(source) as fin:
        with open(target, "w") as fout:
            for line in fin:
                fout.write(line.upper())


with tempfile.TemporaryDirectory() as d:
    path = os.path.join(d, "a")
    with open(path, "w") as f:
        f.write("one\ntwo\n")
    copy(path, path + "2")
    with open(path + "2") as f:
        print(f.read())
