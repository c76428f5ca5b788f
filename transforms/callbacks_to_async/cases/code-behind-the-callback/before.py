def load(n, callback):
    callback(n * 2)
    print("loaded", n)


def main(n, callback):
    load(n, lambda v: callback(v + 1))


main(1, print)
