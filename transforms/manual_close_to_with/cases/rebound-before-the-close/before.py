import io


class Upper:
    def __init__(self, stream):
        self.stream = stream

    def read(self):
        return self.stream.read().upper()

    def close(self):
        print("upper is done")


def load(text, loud):
    f = io.StringIO(text)
    if loud:
        f = Upper(f)
    data = f.read()
    f.close()
    return data


print(load("a", False), load("b", True))
