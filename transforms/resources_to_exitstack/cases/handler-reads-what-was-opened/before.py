import io


def opened(text):
    if text is None:
        raise ValueError("no text")
    return io.StringIO(text)


def merge(texts):
    try:
        files = []
        for t in texts:
            files.append(opened(t))
        try:
            return "".join(f.read() for f in files)
        finally:
            for f in files:
                f.close()
    except ValueError:
        return [f.read() for f in files if not f.closed]


print(merge(["a", "b"]), merge(["a", None]))
