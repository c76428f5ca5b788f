import os
import tempfile


def show(path):
    with open(path) as f:
        rows = [line.split() for line in f]
        ages = [row[1] for row in rows]
        for age in ages:
            print(age)


fd, path = tempfile.mkstemp()
os.write(fd, b"b 2\na\n")
os.close(fd)
try:
    show(path)
except IndexError:
    print("a row is too short")
os.remove(path)
