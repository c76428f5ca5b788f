import json


class Row:
    def __init__(self, number):
        self.number = number


rows = [Row(n) for n in range(3)]
print(json.dumps(rows, default=vars))
