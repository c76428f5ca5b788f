import os
import tempfile


class Store:
    def __init__(self, folder):
        self.folder = folder

    def total(self):
        return sum(os.path.getsize(os.path.join(self.folder, name)) for name in os.listdir(self.folder))

    def add(self, values):
        try:
            f = open(self.folder + "/numbers", "w")
            for value in values:
                f.write("%d\n" % (100 // value))
            f.close()
        except ZeroDivisionError:
            print("a zero")
        return self.total()


def folder_size(folder):
    return sum(entry.stat().st_size for entry in os.scandir(folder))


def add(name, values):
    target = os.path.join(FOLDER, name)
    try:
        f = open(target, "w")
        for value in values:
            f.write("%d\n" % (100 // value))
        f.close()
    except ZeroDivisionError:
        print("a zero")
    return folder_size(FOLDER)


with tempfile.TemporaryDirectory() as FOLDER:
    print(add("a", [1, 2]), add("b", [1, 0]))
    print(Store(FOLDER).add([5, 0]))
