def load(n, callback):
    return callback(n)


total = load(2, lambda v: v * 10)
print(total)
