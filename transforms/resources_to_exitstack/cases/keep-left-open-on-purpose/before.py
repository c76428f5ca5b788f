import os
import tempfile

kept = []


def first_of(paths, wanted):
    files = [open(p) for p in paths]
    for f in files:
        if f.readline().strip() == wanted:
            return f
    for f in files:
        f.close()
    return None


def remember(paths):
    files = [open(p) for p in paths]
    kept.extend(files)
    lines = [int(f.readline()) for f in files]
    for f in files:
        f.close()
    return lines


folder = tempfile.mkdtemp()
paths = [os.path.join(folder, name) for name in "ab"]
for path in paths:
    with open(path, "w") as f:
        f.write(f"{os.path.basename(path)}\n2\n")
found = first_of(paths, "b")
print(found.read())
try:
    remember(paths)
except ValueError:
    print(kept[1].read())
