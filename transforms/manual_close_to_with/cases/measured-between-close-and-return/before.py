import os
import tempfile


def store(path, lines):
    f = open(path, "w")
    for line in lines:
        if line == "end":
            f.close()
            return os.path.getsize(path)
        f.write(line)
    f.close()
    return -1


def note(path, lines, log):
    f = open(path, "w")
    for line in lines:
        if line == "end":
            f.close()
            log.append(open(path).read())
            return
        f.write(line)
    f.close()


with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "t")
    print(store(name, ["a", "b", "end"]), store(name, ["a"]))
    log = []
    note(name, ["a", "b", "end"], log)
    print(log)
