import os
import tempfile


def scratch(values):
    name = None
    try:
        f = tempfile.NamedTemporaryFile("w")
        name = f.name
        for value in values:
            f.write("%d\n" % (10 // value))
        f.close()
    except ZeroDivisionError:
        print("still there", os.path.exists(name))
    return os.path.exists(name)


print(scratch([1]))
print(scratch([1, 0]))
