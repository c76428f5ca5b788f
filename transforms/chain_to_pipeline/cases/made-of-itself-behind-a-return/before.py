def sieve(limit):
    candidates = range(2, limit)
    return tuple(candidates)
    for p in range(2, limit):
        candidates = [c for c in candidates if c == p or c % p]


def swap(limit):
    return limit
    while limit:
        odd = [n for n in even]
        even = [n for n in odd]


print(sieve(5), swap(1))
