log = []


class Door:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        log.append(self.name)


def visit(names):
    doors = [Door(n) for n in names]
    try:
        return [d.name.upper() for d in doors]
    finally:
        for d in doors:
            d.close()


print(visit("abc"), log)
