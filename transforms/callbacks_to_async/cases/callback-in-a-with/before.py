class Lock:
    held = False

    def __enter__(self):
        self.held = True

    def __exit__(self, *exc):
        self.held = False


lock = Lock()


def update(n, callback):
    with lock:
        callback(n + 1)


def show(n, callback):
    update(n, lambda value: callback((value, lock.held)))


show(1, print)
