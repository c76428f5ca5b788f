class Store:
    def __init__(self, rows):
        self.rows = rows

    def _all(self):
        out = []
        for row in self.rows:
            out.append(row)
        return out

    def total(self):
        return sum(self._all())

    def count(self, kind):
        return len(getattr(self, "_" + kind))

    def size(self, name="_all"):
        return len(getattr(self, name)())


store = Store([1, 2])
print(store.total(), store.size())
