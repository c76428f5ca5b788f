import os
import tempfile


def copy(source, target):
    fin = open(source)
    fout = open(target, "w")
    try:
        for line in fin:
            fout.write(line.upper())
    finally:
        fin.close()
        fout.close()


with tempfile.TemporaryDirectory() as d:
    path = os.path.join(d, "a")
    with open(path, "w") as f:
        f.write("one\ntwo\n")
    copy(path, path + "2")
    with open(path + "2") as f:
        print(f.read())
