import io


def read(text):
    f = io.StringIO(text)
    try:
        return f.read()
    finally:
        f.close()  # pragma: no cover


print(read("a"))
