class Cache:
    busy = []

    @classmethod
    def warm(cls, key):
        cls.busy.append(key)
        try:
            return len(cls.busy)
        finally:
            cls.busy.remove(key)

    def cool(self, key):
        self.busy.append(key)
        try:
            return -len(self.busy)
        finally:
            self.busy.remove(key)


print(Cache.warm(1), Cache().cool(2), Cache.busy)
