import os
import tempfile


def total(path):
    with open(path) as f:
        stripped = [line.strip() for line in f]
    texts = [text for text in stripped if text]
    numbers = [int(text) for text in texts]
    return sum(numbers)


fd, name = tempfile.mkstemp()
os.write(fd, b"1\n\n2\n")
os.close(fd)
print(total(name))
os.remove(name)
