import os
import tempfile
from contextlib import ExitStack


def second_lines(paths):
    files = []
    with ExitStack() as stack:
        for path in paths:
            f = stack.enter_context(open(path))
            f.readline()
            files.append(f)
        return [f.readline().strip() for f in files]


with tempfile.TemporaryDirectory() as d:
    paths = []
    for name in "ab":
        paths.append(os.path.join(d, name))
        with open(paths[-1], "w") as out:
            out.write(f"{name}\n{name * 2}\n")
    print(second_lines(paths))
