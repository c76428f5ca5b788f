def rows(streams):
    """Rows of several columns, until one has no more."""
    while True:
        try:
            row = tuple([next(s) for s in streams])
        except StopIteration:
            return
        print("row", row)


rows([iter([1, 2, 3]), iter([10, 20])])
