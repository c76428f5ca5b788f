import io


def chunks(texts):
    files = [io.StringIO(t) for t in texts]
    first = files
    files = [io.StringIO(t * 2) for t in texts]
    try:
        return first, [f.read() for f in files]
    finally:
        for f in files:
            f.close()


first, rest = chunks(["a", "b"])
print([f.read() for f in first], rest)
