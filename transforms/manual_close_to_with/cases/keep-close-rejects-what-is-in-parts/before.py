class Batch:
    def __init__(self, size):
        self.size = size
        self.rows = []

    def add(self, text):
        self.rows.append(int(text))

    def close(self):
        if len(self.rows) != self.size:
            raise RuntimeError("a batch is closed half full")
        self.rows = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def load(first, second):
    batch = Batch(2)
    batch.add(first)
    batch.add(second)
    total = sum(batch.rows)
    batch.close()
    return total


for pair in [("1", "2"), ("1", "two")]:
    try:
        print(load(*pair))
    except (RuntimeError, ValueError) as error:
        print(type(error).__name__, error)
