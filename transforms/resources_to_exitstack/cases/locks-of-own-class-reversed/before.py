class Slot:
    def __init__(self, n):
        self.n, self.held = n, True

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.stop()

    def stop(self):
        self.held = False


def total(items):
    return sum(i.n for i in items if i.held)


def use(n):
    slots = [Slot(n) for n in range(n)]
    try:
        return total(slots), slots
    finally:
        for s in slots[::-1]:
            s.stop()


print(use(4)[0], [s.held for s in use(3)[1]])
