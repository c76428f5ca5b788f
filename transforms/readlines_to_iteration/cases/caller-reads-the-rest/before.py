import io
from typing import TextIO


def first_comment(file: TextIO):
    for line in file.readlines():
        if line.startswith("#"):
            return line
    return None


class Log:
    def __init__(self, text):
        self.stream = io.StringIO(text)

    def first_comment(self):
        for line in self.stream.readlines():
            if line.startswith("#"):
                return line
        return None

    def rest(self):
        return self.stream.read()


with io.StringIO("#a\nb\n") as text:
    print(repr(first_comment(text)), repr(text.read()))
log = Log("#c\nd\n")
print(repr(log.first_comment()), repr(log.rest()))
