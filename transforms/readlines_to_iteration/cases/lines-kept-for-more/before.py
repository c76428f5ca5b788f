import io


def numbered(text):
    f = io.StringIO(text)
    lines = f.readlines()
    out = []
    for line in lines:
        out.append((line.strip(), len(lines)))
    return out


def twice(text):
    f = io.StringIO(text)
    lines = f.readlines()
    return max(len(line) for line in lines), [line.strip() for line in lines]


def headed(text):
    f = io.StringIO(text)
    lines = f.readlines()
    f.seek(0)
    return f.readline(), [line.strip() for line in lines]


def again(text):
    f = io.StringIO(text)
    lines = f.readlines()
    return [[word + line for line in lines] for word in ["a", "b"]]


print(numbered("x\ny\n"), twice("x\nyz\n"), headed("x\ny\n"), again("x\ny\n"))
