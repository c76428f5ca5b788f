def walk(n, callback):
    for i in range(n):
        yield i
    callback("walked")


print(list(walk(2, print)))
