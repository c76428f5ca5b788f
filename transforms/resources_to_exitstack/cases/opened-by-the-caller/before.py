import io


def join(first, text):
    second = io.StringIO(text)
    files = [first, second]
    try:
        return "".join(f.read() for f in files)
    finally:
        for f in files:
            f.close()


print(join(io.StringIO("a"), "b"))
