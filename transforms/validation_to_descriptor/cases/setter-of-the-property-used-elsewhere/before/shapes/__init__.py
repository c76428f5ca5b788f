class Label:
    def __init__(self, text, font):
        self.text = text
        self.font = font

    @property
    def text(self):
        return self._text

    @text.setter
    def text(self, value):
        if not isinstance(value, str):
            raise TypeError("text must be str")
        self._text = value

    @property
    def font(self):
        return self._font

    @font.setter
    def font(self, value):
        if not isinstance(value, str):
            raise TypeError("font must be str")
        self._font = value
