import io


def read(texts):
    n = len(texts); files = [io.StringIO(t) for t in texts]
    try:
        return n, [f.read() for f in files]
    finally:
        for f in files:
            f.close()


print(read(["a", "b"]))
