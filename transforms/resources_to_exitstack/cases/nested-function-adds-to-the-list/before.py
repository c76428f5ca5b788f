import io


def collect(texts):
    files = []

    def add(text):
        files.append(io.StringIO(text))
        return files[-1]

    try:
        return [add(t).read() for t in texts]
    finally:
        for f in files:
            f.close()


print(collect(["a", "b"]))
