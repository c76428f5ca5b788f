import threading


class Shard:
    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()
        self.rows = []


def drain(shard: Shard, others):
    shard.lock.acquire()
    try:
        rows = list(shard.rows)
        # Hand over hand: the next one is taken before this one is let go.
        following = others.pop()
        following.lock.acquire()
        shard.lock.release()
        shard = following
        rows.extend(shard.rows)
    finally:
        shard.lock.release()
    return rows


first, second = Shard("first"), Shard("second")
first.rows.append(1)
second.rows.append(2)
print(drain(first, [second]))
print(first.lock.locked(), second.lock.locked())
