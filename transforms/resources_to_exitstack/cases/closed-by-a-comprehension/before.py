import os
import tempfile

folder = tempfile.mkdtemp()
paths = [os.path.join(folder, name) for name in "ab"]
for path in paths:
    with open(path, "w") as f:
        f.write(path[-1])


def first_letters(paths):
    files = [open(path) for path in paths]
    try:
        return [f.read(1) for f in files]
    finally:
        [f.close() for f in files]


print(first_letters(paths))
