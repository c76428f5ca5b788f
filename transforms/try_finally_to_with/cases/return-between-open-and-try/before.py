import io


def first_or_all(text, whole):
    f = io.StringIO(text)
    if not whole:
        return f
    try:
        return f.read()
    finally:
        f.close()


print(first_or_all("a", False).closed, first_or_all("ab", True))
