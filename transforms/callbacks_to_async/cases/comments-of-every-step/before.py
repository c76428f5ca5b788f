def load(n, callback):
    # the value
    callback(n)  # as it is


def sum_up(a, b, callback):
    """Adds two."""
    # first a
    def got_a(x):
        # then b
        def got_b(y):
            total = x + y  # both
            # done
            callback(total)
        load(b, got_b)
    load(a, got_a)


sum_up(1, 2, print)
