class Missing(Exception):
    pass


def find(table, key):
    if key not in table:
        raise Missing(key)
    return table[key]


class Reader:
    table = {"a": 1}

    def read(self, key):
        value = None
        try:
            value = find(self.table, key)
        except Missing:
            pass
        return value


print(Reader().read("a"), Reader().read("b"))
