class Cache:
    hits = 0
    busy = []

    @classmethod
    def warm(cls, k):
        cls.busy.append(k)
        try:
            return len(cls.busy)
        finally:
            cls.busy.remove(k)

    @classmethod
    def cool(cls, k):
        cls.busy.append(k)
        try:
            return -len(cls.busy)
        finally:
            cls.busy.remove(k)


print(Cache.warm(1), Cache.cool(2), Cache.busy)
