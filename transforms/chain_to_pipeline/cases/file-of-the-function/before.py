import os
import tempfile


def total(path):
    with open(path) as f:
        stripped = [line.strip() for line in f]
        numbers = [int(text) for text in stripped if text]
        return sum(numbers)


fd, name = tempfile.mkstemp()
os.write(fd, b"1\n\n2\n")
os.close(fd)
print(total(name))
with open(name, "a") as f:
    f.write("x\n3\n")
try:
    total(name)
except ValueError as error:
    print(error)
os.remove(name)
