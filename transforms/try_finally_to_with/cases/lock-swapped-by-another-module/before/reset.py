import threading


def clear(store):
    """Used by Store: new items, new lock, held by the caller."""
    store.items = []
    store.lock = threading.Lock()
    store.lock.acquire()
