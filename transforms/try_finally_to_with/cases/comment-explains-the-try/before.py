import io


def size(text):
    # a StringIO is not a context manager on the old version,
    # so we have to use try/finally
    f = io.StringIO(text)
    try:
        return len(f.read())
    finally:
        f.close()


def first(text):
    f = io.StringIO(text)
    try:
        return f.readline()
    finally:  # __exit__ would hide errors
        f.close()


print(size("abc"), first("a\nb\n"))
