import os
import sys
import tempfile


def count(path, limit):
    words = open(path)
    first = words.readline()
    if not first:
        words.close()
        sys.exit("nothing in it")
    number = 1
    for line in words:
        number += 1
        if number > limit:
            words.close()
            sys.exit(3)
    words.close()
    return number


folder = tempfile.mkdtemp()
for name, text in (("a", "x\ny\n"), ("b", ""), ("c", "1\n2\n3\n4\n")):
    with open(os.path.join(folder, name), "w") as new:
        new.write(text)
    try:
        print(count(os.path.join(folder, name), 3))
    except SystemExit as stop:
        print("exit", stop.code)
