class Meter:
    def __init__(self):
        self.top = 3

    def _below(self, numbers: list[int]):
        out = []
        for n in numbers:
            if n < self.top:
                out.append(n)
        return out

    def walk(self):
        seen = 0
        for n in self._below([1, 2, 3, 4]):
            self.top = 2
            seen += n
        return seen


print(Meter().walk())
