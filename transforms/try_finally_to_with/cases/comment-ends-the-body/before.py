import threading

lock = threading.Lock()
seen = []


def note(value):
    lock.acquire()
    try:
        seen.append(value)
        # nothing else may happen while the lock is held
    finally:
        lock.release()
    return len(seen)


print(note(3), note(4), lock.locked())
