import io


def named(texts):
    files = [(t[0], io.StringIO(t)) for t in texts]
    try:
        return {name: f.read() for name, f in files}
    finally:
        for _, f in files:
            f.close()


def lines(names):
    files = {}
    try:
        for name in names:
            files[name] = io.StringIO(name * 2)
        for name, f in files.items():
            yield name, f.read()
    finally:
        for name, f in files.items():
            f.close()


print(named(["ab", "cd"]), list(lines("xy")))
