import io


def lengths(texts):
    files = [io.StringIO(t) for t in texts]
    try:
        sizes = [len(f.read()) for f in files]
    finally:
        for f in files:
            f.close()
    return sizes, f.closed


print(lengths(["ab", "c"]))
