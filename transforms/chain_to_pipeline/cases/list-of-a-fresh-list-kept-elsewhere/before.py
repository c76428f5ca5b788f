class Batch:
    def __init__(self):
        self.rows = []

    def reset(self):
        self.rows.clear()

    def flush(self, values):
        rows = list(values)
        self.rows = rows
        doubled = [row * 2 for row in rows]
        self.reset()
        return sum(doubled)


print(Batch().flush([1, 2]))
