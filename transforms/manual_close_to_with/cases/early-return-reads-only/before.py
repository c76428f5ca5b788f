import os
import tempfile


def find(path, word):
    f = open(path)
    for number, line in enumerate(f):
        if line.startswith("#"):
            continue
        if word in line:
            return number, line.strip()
    f.close()
    return None


with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "t")
    with open(name, "w") as out:
        out.write("# a b\nb c\nd\n")
    print(find(name, "b"), find(name, "z"))
