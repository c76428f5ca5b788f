import io


def read(text):
    n = 1; f = io.StringIO(text)
    try:
        return n, f.read()
    finally:
        f.close()


print(read("a"))
