import os
import tempfile


def merge(paths):
    """The lines side by side."""
    merged = []
    files = [open(p) for p in paths]

    # line by line
    for lines in zip(*files):
        merged.append("|".join(line.strip() for line in lines))

    for f in files:
        f.close()
    return merged


def first_lines(paths):
    files = []
    for p in paths:
        files.append(open(p, encoding="utf-8"))
    first = [f.readline() for f in files]
    for i, f in enumerate(files):
        first.append(f"{i}: {f.read()}")
    for f in files:
        f.close()
    return first


folder = tempfile.mkdtemp()
paths = [os.path.join(folder, name) for name in "abc"]
for path in paths:
    with open(path, "w") as f:
        f.write(f"{os.path.basename(path)}\n2\n")
print(merge(paths))
print(first_lines(paths))
