import atexit

count = 0


def bump():
    global count
    count += 1
    print(count)


atexit.register(lambda: bump())
bump()


def reset():
    global count
    count = 0
    # The next one is the first again.
