class Batch:
    def __init__(self, name, pending):
        self.name, self.pending, self.open = name, pending, True

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        if self.pending:
            raise RuntimeError(self.name)
        self.open = False


made = {}


def flush(plan):
    batches = [Batch(n, p) for n, p in plan]
    try:
        made.update((b.name, b) for b in batches)
        return len(batches)
    finally:
        for b in reversed(batches):
            b.close()


try:
    flush([("a", 0), ("b", 1), ("c", 1)])
except RuntimeError as exc:
    print(exc, exc.__context__)
print([b.open for b in made.values()])
