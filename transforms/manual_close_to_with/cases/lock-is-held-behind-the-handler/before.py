import fcntl
import tempfile


def is_locked(path):
    with open(path) as other:
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def guarded(path, work):
    try:
        lock = open(path)
        fcntl.flock(lock, fcntl.LOCK_EX)
        work()
        lock.close()
    except ValueError:
        print("failed")
    return is_locked(path)


def fails():
    raise ValueError


with tempfile.NamedTemporaryFile() as file:
    print(guarded(file.name, lambda: None))
    print(guarded(file.name, fails))
