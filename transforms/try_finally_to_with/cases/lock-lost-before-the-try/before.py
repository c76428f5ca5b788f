import threading

lock = threading.Lock()


def average(items):
    lock.acquire()
    share = 1 / len(items)
    try:
        return sum(items) * share
    finally:
        lock.release()


print(average([1, 2]), lock.locked())
try:
    average([])
except ZeroDivisionError:
    print("still held:", lock.locked())
