class Service:
    def load(self, n, callback):
        callback(n)

    def go(self, n, callback):
        self.load(n, lambda v: callback(v + 1))


def fake(n, callback):
    callback(-n)


s = Service()
s.load = fake
s.go(1, print)
