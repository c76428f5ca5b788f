class Bag:
    def __init__(self, key):
        self.key = key
        self.items = []


_bags = {}


def bag(key):
    if key not in _bags:
        _bags[key] = Bag(key)
    return _bags[key]


mine = bag("a")
print(bag("a") is mine, mine.items)
