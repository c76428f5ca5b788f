class Queue:
    def __init__(self, items):
        self.items = items

    def pending(self):
        waiting = [item for item in self.items if item > 0]
        for item in waiting:
            yield item

    def drop(self):
        self.items.clear()


queue = Queue([1, 2, 3])
seen = []
for item in queue.pending():
    seen.append(item)
    queue.drop()
print(seen)
