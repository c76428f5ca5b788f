from . import names


class Order:
    def __init__(self, item, note, code, label):
        self.item = item
        self.note = note
        self.code = code
        self.label = label

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


print(names.LIMIT)
