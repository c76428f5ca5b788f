import os
import tempfile


def lines(paths):
    for path in paths:
        f = open(path)

        # Comments are no data.
        for line in f:
            if line[0] == "#":
                continue
            yield line.rstrip()

        f.close()

    print("all read")


with tempfile.TemporaryDirectory() as folder:
    names = [os.path.join(folder, n) for n in "ab"]
    for name in names:
        with open(name, "w") as out:
            out.write("# c\n%s\n" % os.path.basename(name))
    print(list(lines(names)))
    for line in lines(names):
        print(line)
        break
