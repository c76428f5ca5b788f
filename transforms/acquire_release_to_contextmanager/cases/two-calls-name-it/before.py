class Hub:
    def __init__(self):
        self.log = []

    def _enter(self):
        self.log.append("in")

    def _leave(self):
        self.log.append("out")

    def read(self):
        self._enter()
        try:
            return len(self.log)
        finally:
            self._leave()

    def write(self, text):
        self._enter()
        try:
            self.log.append(text)
        finally:
            self._leave()


hub = Hub()
hub.write("x")
print(hub.read(), hub.log)
