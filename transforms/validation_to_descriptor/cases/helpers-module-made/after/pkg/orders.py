from pkg.validators import Typed


class Order:
    item = Typed(str)
    note = Typed(str)
    code = Typed(str)
    label = Typed(str)

    def __init__(self, item, note, code, label):
        self.item = item
        self.note = note
        self.code = code
        self.label = label
