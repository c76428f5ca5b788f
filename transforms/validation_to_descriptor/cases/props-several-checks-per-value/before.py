class Entry:
    def __init__(self, key, tag):
        self.key = key
        self.tag = tag

    @property
    def key(self):
        return self._key

    @key.setter
    def key(self, value):
        if not value:
            raise ValueError("key must not be empty")
        if len(value) > 8:
            raise ValueError("key is longer than 8: %s" % value)
        assert value != "x", "no {} for key".format(value)
        self._key = value

    @property
    def tag(self):
        return self._tag

    @tag.setter
    def tag(self, value):
        if not value:
            raise ValueError("tag must not be empty")
        if len(value) > 4:
            raise ValueError("tag is longer than 4: %s" % value)
        assert value != "x", "no {} for tag".format(value)
        self._tag = value


for args in (("a", "b"), ("", "b"), ("a" * 9, "b"), ("a", "12345"), ("x", "b"), ("a", (1, 2, 3, 4, 5))):
    try:
        print(vars(Entry(*args)))
    except Exception as exc:
        print(type(exc).__name__, exc)
