seen = []


def load(n, callback):
    callback(n + 1)


load(1, seen.append)
load(2, seen.append)
print(seen)
