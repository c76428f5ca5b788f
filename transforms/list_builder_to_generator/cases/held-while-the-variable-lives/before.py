import threading

lock = threading.Lock()


def _states(n: int):
    out = []
    for i in range(n):
        out.append(lock.locked())
    return out


def collect():
    with lock:
        states = _states(2)
    return [state for state in states]


print(collect())
