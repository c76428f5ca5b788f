def totals(streams):
    """Sums of rows, until a stream has no more."""
    while True:
        try:
            row = sum([next(s) for s in streams])
        except StopIteration:
            return
        print("row", row)


totals([iter([1, 2, 3]), iter([10, 20])])
