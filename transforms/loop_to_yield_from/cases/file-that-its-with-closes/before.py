import csv
import os
import tempfile


def lines(path):
    with open(path) as file:
        for line in file:
            yield line


def rows(path):
    with open(path, newline="") as file:
        reader = csv.reader(file)
        for row in reader:
            yield row


handle, name = tempfile.mkstemp()
os.write(handle, b"a,b\nc,d\n")
os.close(handle)
print(list(lines(name)), list(rows(name)))
some = lines(name)
print(next(some))
some.close()
print(list(some))
os.remove(name)
