import os
import tempfile


def save(path, values):
    f = open(path, "w")
    for value in values:
        f.write("%d\n" % (10 // value))
    f.close()


def save_all(path, values):
    save(path, values)
    print("all of it")


def checked(path, values):
    try:
        save_all(path, values)
    except ZeroDivisionError:
        print("so far", os.path.getsize(path))


def note(words):
    f = open("notes.txt", "w")
    for word in words:
        f.write(word)
    f.close()


with tempfile.TemporaryDirectory() as folder:
    checked(os.path.join(folder, "a"), [1, 2])
    checked(os.path.join(folder, "b"), [1, 0])
    os.chdir(folder)
    try:
        note(["a", 1])
    except TypeError:
        print("so far", os.path.getsize("notes.txt"))
    os.chdir("/")
