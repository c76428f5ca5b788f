class Fields(type):
    def __new__(cls, name, bases, body):
        kinds = [type(value).__name__ for key, value in body.items() if not key.startswith("_")]
        return super().__new__(cls, name, bases, {**body, "kinds": kinds})


class Note(metaclass=Fields):
    @property
    def text(self):
        return self._text

    @text.setter
    def text(self, value):
        if not isinstance(value, str):
            raise TypeError("text must be str")
        self._text = value


class Page:
    @property
    def title(self):
        return self._title

    @title.setter
    def title(self, value):
        if not isinstance(value, str):
            raise TypeError("title must be str")
        self._title = value


note, page = Note(), Page()
note.text, page.title = "a", "b"
print(note.text, Note.kinds, page.title)
