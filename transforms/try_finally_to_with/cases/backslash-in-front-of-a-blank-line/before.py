import threading \

lock = threading.Lock()
items = []


def put(item):
    lock.acquire()
    try:
        items.append(item) \

    finally:
        lock.release()
    return len(items)


print(put(1), put(2), lock.locked())
