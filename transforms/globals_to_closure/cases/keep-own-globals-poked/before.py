_count = 0


def next_id():
    global _count
    _count += 1
    return _count


def seed(fn, n):
    fn.__globals__["_count"] = n


seed(seed, 41)
print(next_id())
