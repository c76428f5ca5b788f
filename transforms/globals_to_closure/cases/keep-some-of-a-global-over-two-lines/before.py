_hits = 0
shared = 0


def record():
    global _hits, \
        shared
    _hits += 1
    shared = _hits
    return _hits


print(record(), record())


class Reader:
    def read(self):
        return shared


print(Reader().read())
