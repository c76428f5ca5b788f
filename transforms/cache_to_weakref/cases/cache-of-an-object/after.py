from weakref import WeakValueDictionary


class Symbol:
    def __init__(self, name):
        self.name = name


class Table:
    def __init__(self):
        self._symbols = WeakValueDictionary()

    def symbol(self, name):
        symbol = self._symbols.get(name)
        if symbol is None:
            symbol = self._symbols[name] = Symbol(name)
        return symbol


class Other:
    def __init__(self):
        self._symbols = {}

    def count(self):
        return len(self._symbols)


table = Table()
a = table.symbol("a")
b = table.symbol("b")
print(a is table.symbol("a"), a is b, table.symbol("b").name, Other().count())
