import functools


@functools.lru_cache
def _primes(n):
    found = []
    for i in range(2, n):
        if all(i % p for p in range(2, i)):
            found.append(i)
    return found


print(sum(_primes(20)), sum(_primes(20)))
