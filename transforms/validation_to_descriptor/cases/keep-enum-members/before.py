from enum import Enum


class Level(Enum):
    LOW = 1
    HIGH = 2

    @property
    def title(self):
        return self._title

    @title.setter
    def title(self, text):
        if not isinstance(text, str):
            raise TypeError("title must be str")
        self._title = text

    @property
    def label(self):
        return self._label

    @label.setter
    def label(self, text):
        if not isinstance(text, str):
            raise TypeError("label must be str")
        self._label = text


Level.LOW.title = "low"
Level.HIGH.label = "h"
print(Level.LOW.title, Level.HIGH.label, list(Level))
