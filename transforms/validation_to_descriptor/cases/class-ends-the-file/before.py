class Note:
    @property
    def text(self):
        return self._text

    @text.setter
    def text(self, value):
        if not isinstance(value, str):
            raise TypeError("text must be str")
        self._text = value


note = Note()
note.text = "a"
try:
    note.text = 1
except TypeError as error:
    print(error, note.text)


class Page:
    @property
    def title(self):
        return self._title

    @title.setter
    def title(self, value):
        if not isinstance(value, str):
            raise TypeError("title must be str")
        self._title = value
