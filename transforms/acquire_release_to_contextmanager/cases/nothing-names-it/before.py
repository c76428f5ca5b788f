class Switch:
    def __init__(self):
        self.log = []

    def _toggle(self):
        self.log.append("toggle")

    def read(self):
        self._toggle()
        try:
            return len(self.log)
        finally:
            self._toggle()

    def write(self, text):
        self._toggle()
        try:
            self.log.append(text)
        finally:
            self._toggle()


switch = Switch()
switch.write("x")
print(switch.read(), switch.log)
