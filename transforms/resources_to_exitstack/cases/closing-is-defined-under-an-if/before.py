import sys


class Batch:
    def __init__(self, name, pending):
        self.name, self.pending, self.open = name, pending, True

    if sys.maxsize > 2**32:
        def close(self):
            if self.pending:
                raise RuntimeError(self.name)
            self.open = False
    else:
        def close(self):
            self.open = False


made = {}


def flush(plan):
    batches = [Batch(n, p) for n, p in plan]
    try:
        made.update((b.name, b) for b in batches)
    finally:
        for b in batches:
            b.close()


try:
    flush([("a", 0), ("b", 1), ("c", 0)])
except RuntimeError as exc:
    print("failed", exc)
print([b.open for b in made.values()])
