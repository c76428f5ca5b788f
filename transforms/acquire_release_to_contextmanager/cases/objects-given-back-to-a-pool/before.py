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


def find(key):
    conn = POOL.acquire(timeout=3)
    try:
        return f"{conn}:{key}"
    finally:
        POOL.release(conn)


def save(key, value):
    connection = POOL.acquire(timeout=3)
    try:
        if not value:
            raise ValueError(key)
        return f"{connection}:{key}={value}"
    finally:
        POOL.release(connection)


print(find("a"), save("b", 1))
try:
    save("c", 0)
except ValueError as error:
    print(error, POOL.log, POOL.free)
