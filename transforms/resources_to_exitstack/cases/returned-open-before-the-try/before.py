import io


def parts(texts, raw):
    files = [io.StringIO(t) for t in texts]
    if raw:
        return files
    try:
        return [f.read() for f in files]
    finally:
        for f in files:
            f.close()


print(parts(["a", "b"], False))
print([f.read() for f in parts(["c"], True)])
