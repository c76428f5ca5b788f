waiting = []


def subscribe(name, callback):
    waiting.append((name, callback))


def publish(value):
    for name, callback in waiting:
        callback(name, value)


subscribe("a", print)
publish(1)
publish(2)
