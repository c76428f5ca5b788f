import io


def text(source):
    f = None
    try:
        if source:
            f = io.StringIO(source)
        return f.read() if f else "nothing"
    finally:
        if f:
            f.close()


print(text(""), text("abc"))
