import pickle


class Symbol:
    def __init__(self, name):
        self.name = name


class Table:
    def __init__(self):
        self._symbols = {}

    def symbol(self, name):
        if name not in self._symbols:
            self._symbols[name] = Symbol(name)
        return self._symbols[name]


table = Table()
a = table.symbol("a")
again = pickle.loads(pickle.dumps(table))
print(again.symbol("a").name, a.name)
