class Row:
    # one line of the table

    # numbers begin at 0
    def __init__(self, number):
        self.number = number


class Cell:
    # what stands in a row

    def __init__(self, text):
        self.text = text


print(sum(r.number for r in [Row(n) for n in range(3)]))
print([Cell("a").text for _ in range(2)])
