class Store:
    def keep(self, items):
        self.items = items

    def fill(self, texts: list):
        out = []
        self.keep(out)
        numbers = [int(t) for t in texts]
        for n in numbers:
            out.append(n)
        return out


store = Store()
try:
    store.fill(["1", "x"])
except ValueError:
    print(store.items)
