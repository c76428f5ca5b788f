import os
import tempfile


def copy(source, target):
    fin = open(source)
    fout = open(target, "w")
    try:
        for line in fin:
            fout.write(line.upper())
    finally:
        fout.close()
        fin.close()


with tempfile.TemporaryDirectory() as d:
    a, b = os.path.join(d, "a"), os.path.join(d, "b")
    with open(a, "w") as out:
        out.write("x\ny\n")
    copy(a, b)
    with open(b) as check:
        print(check.read().split())
