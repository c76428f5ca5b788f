from typing import ClassVar


class Font:
    _made: ClassVar[dict[str, "Font"]] = {}

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
