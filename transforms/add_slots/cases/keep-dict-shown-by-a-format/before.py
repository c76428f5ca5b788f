class Row:
    def __init__(self, key):
        self.key = key


rows = [Row(n) for n in range(3)]
print("{0.__dict__}".format(rows[1]))
