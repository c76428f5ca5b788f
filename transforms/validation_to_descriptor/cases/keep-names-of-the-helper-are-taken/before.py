instance = 10


class Pool:
    def __init__(self, size, spare):
        self.size = size
        self.spare = spare

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        if value > instance:
            raise ValueError("size is too large")
        self._size = value

    @property
    def spare(self):
        return self._spare

    @spare.setter
    def spare(self, value):
        if value > instance:
            raise ValueError("spare is too large")
        self._spare = value


def grow():
    global instance
    instance = 20


for attempt in range(2):
    try:
        print(Pool(15, 1).size)
    except ValueError as exc:
        print(exc)
    grow()
