import io
import os
import tempfile


def header(path):
    f = open(path)
    magic = f.readline().strip()
    if magic != "PK":
        f.close()
        return None
    size = f.readline().strip()
    if not size.isdigit():
        f.close()
        raise ValueError("no size: " + size)
    rest = f.read()
    f.close()
    return int(size), rest


def first_words(paths):
    found = []
    for path in paths:
        f = open(path)
        line = f.readline()
        if line.startswith("#"):
            f.close(); continue
        found.append(line.split()[0])
        f.close()
    return found


with tempfile.TemporaryDirectory() as folder:
    names = []
    for number, text in enumerate(["PK\n3\nabc", "# no\n", "PK\nx\n"]):
        names.append(os.path.join(folder, str(number)))
        with open(names[-1], "w") as out:
            out.write(text)
    print(first_words(names))
    for name in names:
        try:
            print(header(name))
        except ValueError as error:
            print("error", error)
