from contextlib import contextmanager


class Hub:
    def __init__(self):
        self.log = []

    def _enter(self):
        self.log.append("in")

    def _leave(self):
        self.log.append("out")

    @contextmanager
    def _enter_and_leave(self):
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def read(self):
        with self._enter_and_leave():
            return len(self.log)

    def write(self, text):
        with self._enter_and_leave():
            self.log.append(text)


hub = Hub()
hub.write("x")
print(hub.read(), hub.log)
