class Ids:
    def __init__(self):
        self.count = 0

    def next_id(self):
        self.count += 1
        return self.count

    def number(self, names):
        rows = [(self.next_id(), name) for name in names]
        self.count += 100
        return tuple(rows), self.count


print(Ids().number(["a", "b"]))
