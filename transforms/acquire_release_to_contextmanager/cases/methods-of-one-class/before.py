class Port:
    busy = False

    def read(self):
        before = self.busy
        self.busy = True
        try:
            return "read", self.busy
        finally:
            self.busy = before

    def write(this, text):
        before = this.busy
        this.busy = True
        try:
            if not text:
                raise ValueError("empty")
            return text, this.busy
        finally:
            this.busy = before


port = Port()
print(port.read(), port.write("x"), port.busy)
try:
    port.write("")
except ValueError as exc:
    print(exc, port.busy)
