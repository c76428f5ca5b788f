def step(n, callback):
    callback(n + 1)


def run(n, callback):
    step(n, lambda v: callback(v))


def all_of(ns):
    out = []
    for n in ns:
        run(n, lambda v: out.append((n, v)))
    return out


print(all_of([1, 2]))
