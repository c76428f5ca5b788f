import os
import tempfile
from contextlib import ExitStack

folder = tempfile.mkdtemp()
paths = [os.path.join(folder, name) for name in "ab"]
for path in paths:
    with open(path, "w") as f:
        f.write(path[-1])


def first_letters(paths):
    with ExitStack() as stack:
        files = [stack.enter_context(open(path)) for path in paths]
        return [f.read(1) for f in files]


print(first_letters(paths))
