from contextlib import contextmanager


class Timer:
    def __init__(self):
        self.spans = []
        self.now = 0

    def start(self):
        self.begun = self.now

    def stop(self):
        self.spans.append(self.now - self.begun)


timer = Timer()


@contextmanager
def timed():
    timer.start()
    try:
        yield
    finally:
        timer.stop()


def load():
    with timed():
        timer.now += 2
        return sum(range(10))


def save():
    with timed():
        timer.now += 3
        print("saved")


print(load())
save()
print(timer.spans)
