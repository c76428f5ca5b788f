import os
import tempfile


def steps(path, values):
    try:
        f = open(path, "w")
        for value in values:
            f.write("%d\n" % (10 // value))
        f.close()
    except ZeroDivisionError:
        yield "failed"
    yield "done"


with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "a")
    for step in steps(name, [1, 0]):
        print(step, os.path.getsize(name))
