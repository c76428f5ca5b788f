def save(data, callback=None):
    n = len(data)
    if callback is not None:
        callback(n)


save("abc", print)
save("abc")
