class Reader:
    busy = False

    def read(self):
        before = self.busy
        self.busy = True
        try:
            return "r", self.busy
        finally:
            self.busy = before


class Writer:
    busy = False

    def write(self):
        before = self.busy
        self.busy = True
        try:
            return "w", self.busy
        finally:
            self.busy = before


r, w = Reader(), Writer()
print(r.read(), w.write(), r.busy, w.busy)
