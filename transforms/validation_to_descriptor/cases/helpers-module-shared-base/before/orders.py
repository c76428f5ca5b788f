class Order:
    def __init__(self, item, note, code, label, count, price, weight, tax):
        self.item = item
        self.note = note
        self.code = code
        self.label = label
        self.count = count
        self.price = price
        self.weight = weight
        self.tax = tax

    @property
    def item(self):
        return self._item

    @item.setter
    def item(self, value):
        if not isinstance(value, str):
            raise TypeError("item must be a string")
        self._item = value

    @property
    def note(self):
        return self._note

    @note.setter
    def note(self, value):
        if not isinstance(value, str):
            raise TypeError("note must be a string")
        self._note = value

    @property
    def code(self):
        return self._code

    @code.setter
    def code(self, value):
        if not isinstance(value, str):
            raise TypeError("code must be a string")
        self._code = value

    @property
    def label(self):
        return self._label

    @label.setter
    def label(self, value):
        if not isinstance(value, str):
            raise TypeError("label must be a string")
        self._label = value

    @property
    def count(self):
        return self._count

    @count.setter
    def count(self, value):
        if value <= 0:
            raise TypeError("count must be positive")
        self._count = value

    @property
    def price(self):
        return self._price

    @price.setter
    def price(self, value):
        if value <= 0:
            raise TypeError("price must be positive")
        self._price = value

    @property
    def weight(self):
        return self._weight

    @weight.setter
    def weight(self, value):
        if value <= 0:
            raise TypeError("weight must be positive")
        self._weight = value

    @property
    def tax(self):
        return self._tax

    @tax.setter
    def tax(self, value):
        if value <= 0:
            raise TypeError("tax must be positive")
        self._tax = value
