class Plain:
    def __init__(self, name):
        self.name = name

    def close(self):
        print("close", self.name)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


class Counted(Plain):
    def __enter__(self):
        print("one more")
        return self


def make(name):
    return Plain(name)
