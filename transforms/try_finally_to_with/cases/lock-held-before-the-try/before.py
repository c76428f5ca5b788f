import threading


class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self.items = [3, 1, 2]

    def smallest(self):
        self._lock.acquire()
        found = None
        # The list is short.
        try:
            for item in self.items:
                if found is None or item < found:
                    found = item
        finally:
            self._lock.release()
        return found


pool = Pool()
print(pool.smallest(), pool._lock.locked())
