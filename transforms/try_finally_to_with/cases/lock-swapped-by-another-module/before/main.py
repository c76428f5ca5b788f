import reset
import threading


class Store:
    def __init__(self):
        self.lock = threading.Lock()
        self.items = []

    def add(self, item):
        self.lock.acquire()
        try:
            if item is None:
                reset.clear(self)
            self.items.append(item)
        finally:
            self.lock.release()


store = Store()
store.add(1)
store.add(None)
print(store.items, store.lock.locked())
