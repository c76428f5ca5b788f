import os
import tempfile


def first(path):
    f = open(path)
    try:
        line = f.readline()
        if not line:
            f.close()
            return None
    finally:
        print("closed:", f.closed)
    rest = f.read()
    f.close()
    return line + rest


def search(path, word):
    f = open(path)
    for line in f:
        if word in line:
            f.close()
            break
    found = f.closed
    f.close()
    return found


with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "t")
    open(name, "w").close()
    print(first(name))
    with open(name, "w") as out:
        out.write("a\nb\n")
    print(first(name), search(name, "a"), search(name, "x"))
