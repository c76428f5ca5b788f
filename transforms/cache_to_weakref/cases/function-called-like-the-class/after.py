from weakref import WeakValueDictionary


class Bag:
    def __init__(self, key):
        self.key = key
        self.items = []


_bags = WeakValueDictionary()


def bag(key):
    obj = _bags.get(key)
    if obj is None:
        obj = _bags[key] = Bag(key)
    return obj


mine = bag("a")
print(bag("a") is mine, mine.items)
