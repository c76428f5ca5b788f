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


class Counted(Table):
    def count(self):
        return len(self._symbols)


table = Counted()
table.symbol("a")
table.symbol("b")
print(table.count())
