import os
import tempfile


def touch(path):
    f = open(path, "w")
    f.close(); print("made")
    return os.path.getsize(path)


with tempfile.TemporaryDirectory() as d:
    print(touch(os.path.join(d, "x")))
