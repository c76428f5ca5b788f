class Conn:
    _cache = {}

    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("closed", self.n)

    @classmethod
    def get(cls, n):
        if n not in cls._cache:
            cls._cache[n] = cls(n)
        return cls._cache[n]


def use():
    conn = Conn.get(1)
    print("use", conn.n)


use()
use()
print("end")
