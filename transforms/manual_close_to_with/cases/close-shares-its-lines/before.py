import io


def first(text):
    f = io.StringIO(text)
    line = f.readline(); f.close()
    return line


def second(text):
    f = io.StringIO(text)
    f.readline()
    line = f.readline()
    f.close(); text = ""
    return line + text


def third(text):
    f = io.StringIO(text); line = f.readline(); f.close(); return line


print(first("a\nb\n"), second("a\nb\n"), third("c"))
