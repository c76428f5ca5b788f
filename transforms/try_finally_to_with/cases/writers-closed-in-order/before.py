import os
import tempfile


def both(one, two):
    first = open(one, "w")
    second = open(two, "w")
    try:
        first.write("first")
        second.write("2")
    finally:
        first.close()
        second.close()


fd, name = tempfile.mkstemp()
os.close(fd)
both(name, name)
with open(name) as f:
    print(f.read())
os.remove(name)
