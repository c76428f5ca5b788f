import io

opened = []


def load(text):
    f = io.StringIO(text)
    try:
        opened.append(f)
        return int(f.read())
    finally:
        if text == "x":
            return -1
        f.close()


print(load("1"), load("x"), [f.closed for f in opened])
