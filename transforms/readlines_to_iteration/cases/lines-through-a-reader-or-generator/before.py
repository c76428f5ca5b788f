import csv
import os
import tempfile


def table(path):
    with open(path, newline="") as f:
        return [row for row in csv.reader(f.readlines())]


def words(path):
    found = set()
    with open(path) as f:
        for word in (line.strip() for line in f.readlines()):
            found.add(word)
    return found


fd, path = tempfile.mkstemp()
os.write(fd, b'a,"b\nc"\nd,e\n')
os.close(fd)
print(table(path), sorted(words(path)))
os.remove(path)
