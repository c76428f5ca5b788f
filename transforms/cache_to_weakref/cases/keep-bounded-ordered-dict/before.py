from collections import OrderedDict


class Zone:
    _recent = OrderedDict()

    def __init__(self, key):
        self.key = key

    @classmethod
    def of(cls, key):
        zone = cls._recent.get(key)
        if zone is None:
            zone = cls._recent[key] = cls(key)
        if len(cls._recent) > 2:
            cls._recent.popitem(last=False)
        return zone


for key in "abcd":
    Zone.of(key)
print(list(Zone._recent))
