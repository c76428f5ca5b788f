class Store:
    def fill(self, first: list):
        out = list(first)
        self.items = out
        big = [x for x in self.items if x > 1]
        for x in big:
            out.append(x + 1)
            if len(out) > 9:
                break
        return out


print(Store().fill([1, 2, 3]))
