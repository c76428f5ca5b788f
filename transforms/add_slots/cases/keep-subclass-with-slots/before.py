class Entry:
    def __init__(self, key):
        self.key = key


class Cached(Entry):
    __slots__ = ("value",)

    def remember(self, value):
        self.value = value
        self.hits = getattr(self, "hits", 0) + 1


entries = [Cached(key) for key in "ab"]
for entry in entries:
    entry.remember(1)
    entry.remember(2)
print([(e.key, e.value, e.hits) for e in entries])
