import threading

lock = threading.Lock()
gate = threading.Lock()
other = threading.Lock()


def handed_over(items):
    global gate
    gate.acquire()
    gate = other
    try:
        return sum(items)
    finally:
        if gate.locked():
            gate.release()


def left_early(items):
    lock.acquire()
    if not items:
        return None
    try:
        return sum(items)
    finally:
        lock.release()


print(left_early([]), lock.locked())
lock.release()
print(handed_over([1]), gate is other, other.locked())
