import io


def read(texts):
    files = [io.StringIO(t) for t in texts]
    try:
        found = [f.read() for f in files]
    finally:
        while files:
            files.pop().close()
    return found, len(files)


def handles(texts):
    files = [io.StringIO(t) for t in texts]
    try:
        return files
    finally:
        while files:
            files.pop().close()


print(read(["a", "b"]), handles(["a"]))
