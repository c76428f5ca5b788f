class Fast:
    def get(self, key, callback):
        callback(key)


class Slow:
    def __init__(self):
        self.later = []

    def get(self, key, callback):
        self.later.append((callback, key))


def show(store):
    store.get("k", print)


slow = Slow()
show(Fast())
show(slow)
for callback, key in slow.later:
    callback("late " + key)
