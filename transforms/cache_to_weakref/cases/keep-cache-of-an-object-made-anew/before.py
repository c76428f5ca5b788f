class Symbol:
    def __init__(self, name):
        self.name = name


class Table:
    def __init__(self):
        self._symbols = {}

    def clear(self):
        self._symbols = {}

    def symbol(self, name):
        if name not in self._symbols:
            self._symbols[name] = Symbol(name)
        return self._symbols[name]

    def names(self):
        return sorted(self._symbols)


table = Table()
table.symbol("a")
table.symbol("b")
print(table.names())
table.clear()
print(table.names())
