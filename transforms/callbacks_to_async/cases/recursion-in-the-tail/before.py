def countdown(n, callback):
    if n == 0:
        callback("liftoff")
        return
    print(n)
    countdown(n - 1, callback)


countdown(3, print)
