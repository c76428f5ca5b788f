import io


def first(text):
    with io.StringIO(text) as f:
        line = f.readline()
    return line


def second(text):
    with io.StringIO(text) as f:
        f.readline()
        line = f.readline()
    text = ""
    return line + text


def third(text):
    with io.StringIO(text) as f: line = f.readline()
    return line


print(first("a\nb\n"), second("a\nb\n"), third("c"))
