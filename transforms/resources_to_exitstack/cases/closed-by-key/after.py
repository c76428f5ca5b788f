import os
import tempfile
from contextlib import ExitStack


def by_key(paths):
    handles = {}
    with ExitStack() as stack:
        for path in paths:
            handles[path] = stack.enter_context(open(path))
        return [h.read() for h in handles.values()]


def by_place(paths):
    with ExitStack() as stack:
        files = [stack.enter_context(open(path)) for path in paths]
        return "".join(f.read() for f in files)


with tempfile.TemporaryDirectory() as d:
    paths = []
    for name in "ab":
        paths.append(os.path.join(d, name))
        with open(paths[-1], "w") as out:
            out.write(name)
    print(by_key(paths), by_place(paths))
