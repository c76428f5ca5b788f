class Glyph:
    def __init__(self, char):
        self.char = char


class GlyphFactory:
    _glyphs = {}

    @classmethod
    def get(cls, char):
        if char in cls._glyphs:
            return cls._glyphs[char]
        else:
            glyph = Glyph(char)
            cls._glyphs[char] = glyph
            return glyph


gs = [GlyphFactory.get(c) for c in "noon"]
print(gs[0] is gs[3], gs[1] is gs[2], "".join(g.char for g in gs))
