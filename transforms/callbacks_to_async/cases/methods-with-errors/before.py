class Store:
    def __init__(self, items):
        self.items = items
        self.log = []

    def get(self, key, callback):
        if key not in self.items:
            return callback(LookupError(key))
        callback(None, self.items[key])

    def get_both(self, first, second, callback):
        def got_first(err, a=None):
            if err:
                self.log.append(first)
                return callback(err)

            def got_second(err, b=None):
                if err: return callback(err)
                callback(None, (a, b))
            self.get(second, got_second)
        self.get(first, got_first)

    def show(self, err, pair=None):
        print("shows", err, pair)


store = Store({"a": 1, "b": 2})
store.get_both("a", "b", store.show)
store.get_both("x", "b", store.show)
store.get_both("a", "y", store.show)
print(store.log)
