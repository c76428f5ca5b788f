def poll(n, callback):
    while n:
        callback(n)
        n -= 1


poll(2, print)
