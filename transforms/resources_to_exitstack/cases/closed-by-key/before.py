import os
import tempfile


def by_key(paths):
    handles = {}
    try:
        for path in paths:
            handles[path] = open(path)
        return [h.read() for h in handles.values()]
    finally:
        for path in handles:
            handles[path].close()


def by_place(paths):
    files = [open(path) for path in paths]
    try:
        return "".join(f.read() for f in files)
    finally:
        for i in range(len(files)):
            files[i].close()


with tempfile.TemporaryDirectory() as d:
    paths = []
    for name in "ab":
        paths.append(os.path.join(d, name))
        with open(paths[-1], "w") as out:
            out.write(name)
    print(by_key(paths), by_place(paths))
