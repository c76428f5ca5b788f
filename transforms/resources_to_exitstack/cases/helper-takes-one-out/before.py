import io


def last(handles):
    if handles:
        return handles.pop()
    return None


def open_last(texts):
    files = [io.StringIO(t) for t in texts]
    try:
        return last(files)
    finally:
        for f in files:
            f.close()


print(open_last(["a", "b"]).read())
