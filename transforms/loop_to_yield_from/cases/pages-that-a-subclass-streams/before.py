class Client:
    def __init__(self):
        self.stream = self.open()

    def open(self):
        return iter(())

    def fetch(self):
        return []

    def every(self):
        for item in self.fetch():
            yield item


class Live(Client):
    def open(self):
        try:
            yield 0
            yield 1
            yield 2
        finally:
            print("closed")

    def fetch(self):
        return self.stream


live = Live()
first = live.every()
print(next(first))
first.close()
print(list(live.stream))
