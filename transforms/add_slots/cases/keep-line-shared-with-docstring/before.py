class Token:
    "What the scanner gives."; KIND = "token"

    def __init__(self, text):
        self.text = text


print([(t.text, t.KIND) for t in map(Token, "ab")], Token.__doc__)
