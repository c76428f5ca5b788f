import os
import tempfile


def save(path, parts):
    while True:
        try:
            f = open(path, "w")
            for part in parts.pop():
                f.write(part)
            f.close()
            break
        except TypeError:
            continue
    with open(path) as lines:
        return lines.read()


with tempfile.TemporaryDirectory() as folder:
    print(repr(save(os.path.join(folder, "a"), [["x", "y"]])))
    print(repr(save(os.path.join(folder, "b"), [["x", "y"], ["abcdef", 1]])))
