def load(n, on_done, on_error):
    if n < 0:
        on_error(ValueError(n))
        return
    on_done(n)


def both(n, on_done, on_error):
    def got(v):
        if v > 5:
            on_error(KeyError(v))
            return
        on_done(v)

    def failed(e):
        print("failed", e)
        on_error(e)
    load(n, got, failed)


for n in (-1, 1, 9):
    both(n, print, lambda e: print(type(e)))
