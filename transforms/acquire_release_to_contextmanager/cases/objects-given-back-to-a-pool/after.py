from contextlib import contextmanager


class Pool:
    def __init__(self):
        self.free, self.log = ["c1"], []

    def acquire(self, timeout):
        self.log.append(("acquire", timeout))
        return self.free.pop()

    def release(self, connection):
        self.log.append("release")
        self.free.append(connection)


POOL = Pool()


@contextmanager
def managed_pool():
    conn = POOL.acquire(timeout=3)
    try:
        yield conn
    finally:
        POOL.release(conn)


def find(key):
    with managed_pool() as conn:
        return f"{conn}:{key}"


def save(key, value):
    with managed_pool() as connection:
        if not value:
            raise ValueError(key)
        return f"{connection}:{key}={value}"


print(find("a"), save("b", 1))
try:
    save("c", 0)
except ValueError as error:
    print(error, POOL.log, POOL.free)
