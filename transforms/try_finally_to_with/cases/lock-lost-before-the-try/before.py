import threading

lock = threading.Lock()
gate = threading.Lock()
other = threading.Lock()


def average(items):
    lock.acquire()
    share = 1 / len(items)
    try:
        return sum(items) * share
    finally:
        lock.release()


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


print(average([1, 2]), lock.locked())
try:
    average([])
except ZeroDivisionError:
    print("still held:", lock.locked())
    lock.release()
print(left_early([]), lock.locked())
lock.release()
print(handed_over([1]), gate is other, other.locked())
