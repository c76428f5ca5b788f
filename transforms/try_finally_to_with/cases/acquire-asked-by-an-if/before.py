import threading

gate = threading.Lock()


def enter():
    if not gate.acquire(False):
        return "busy"
    try:
        return "in, " + again()
    finally:
        gate.release()


def again():
    if gate.acquire(timeout=0.01):
        try:
            return "in"
        finally:
            gate.release()
    return "busy"


print(enter(), again(), gate.locked())
