import os
import tempfile


def save(path, values, mode="w"):
    try:
        f = open(path, f"{mode}")
        for value in values:
            f.write("%d\n" % (10 // value))
        f.close()
    except ZeroDivisionError:
        print("not all of", os.path.basename(path))
    return "complete", os.path.getsize(path)


def spelled(folder, name, values):
    target = folder + "/" + name
    try:
        f = open(target, "w")
        for value in values:
            f.write("%d\n" % (10 // value))
        f.close()
    except ZeroDivisionError:
        print("not all of", os.path.exists(str(target)))
    whole = os.path.abspath(str(target))
    print(os.path.exists(whole))
    return os.path.getsize(whole)


with tempfile.TemporaryDirectory() as folder:
    print(save(os.path.join(folder, "a"), [1, 2]))
    print(save(os.path.join(folder, "b"), [1, 0]))
    print(spelled(folder, "c", [1, 2]))
    print(spelled(folder, "d", [1, 0]))
