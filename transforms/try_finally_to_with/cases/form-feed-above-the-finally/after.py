import threading

lock = threading.Lock()
items = []


def put(item):
    with lock:
        items.append(item)
    return len(items)


print(put(1), put(2), lock.locked())
