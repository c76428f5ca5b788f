class Base:
    def __init__(self, rows: list[int]):
        self.rows = rows

    def _kept(self):
        out = []
        for row in self.rows:
            if row > 1:
                out.append(row)
        return out

    def total(self):
        return sum(self._kept())


class Short(Base):
    def _kept(self):
        return super()._kept()[:1]


print(Base([1, 2, 3]).total(), Short([1, 2, 3]).total())
