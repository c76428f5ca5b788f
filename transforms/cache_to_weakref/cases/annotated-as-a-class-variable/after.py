from typing import ClassVar
from weakref import WeakValueDictionary


class Font:
    _made: ClassVar[WeakValueDictionary[str, "Font"]] = WeakValueDictionary()

    def __init__(self, name):
        self.name = name

    @classmethod
    def get(cls, name):
        font = cls._made.get(name)
        if font is None:
            font = cls._made[name] = cls(name)
        return font


serif = Font.get("serif")
print(Font.get("serif") is serif)
