class Timer:
    def __init__(self):
        self.spans = []
        self.now = 0

    def start(self):
        self.begun = self.now

    def stop(self):
        self.spans.append(self.now - self.begun)


timer = Timer()


def load():
    timer.start()
    try:
        timer.now += 2
        return sum(range(10))
    finally:
        timer.stop()


def save():
    timer.start()
    try:
        timer.now += 3
        print("saved")
    finally:
        timer.stop()


print(load())
save()
print(timer.spans)
