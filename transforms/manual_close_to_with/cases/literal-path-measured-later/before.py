import os
import tempfile

PATH = "report.txt"


def report(rows):
    try:
        out = open("report.txt", "w")
        for row in rows:
            out.write("%d\n" % len(row))
        out.close()
    except TypeError:
        print("stopped")
    return os.stat("report.txt").st_size


def again(rows):
    try:
        out = open(PATH, "w")
        for row in rows:
            out.write("%d\n" % len(row))
        out.close()
    except TypeError:
        print("stopped")
    with open(PATH) as lines:
        return lines.read()


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    print(report(["a", "b"]), report(["a", 1]))
    print(repr(again(["a"])), repr(again(["abc", 1])))
    os.chdir("/")
