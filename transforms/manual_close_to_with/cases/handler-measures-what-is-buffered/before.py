import os
import tempfile


def save(path, values):
    try:
        f = open(path, "w")
        for value in values:
            f.write("%d\n" % (10 // value))
        f.close()
    except ZeroDivisionError:
        return "partial", os.path.getsize(path)
    return "complete", os.path.getsize(path)


with tempfile.TemporaryDirectory() as folder:
    print(save(os.path.join(folder, "a"), [1, 2]))
    print(save(os.path.join(folder, "b"), [1, 0]))
