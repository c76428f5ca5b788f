import threading

lock = threading.Lock()
seen = []


def note(value):
    with lock:
        seen.append(value)
        # nothing else may happen while the lock is held
    return len(seen)


print(note(3), note(4), lock.locked())
