import io
import sys


def letters():
    yield from "abc"


class Reader:
    def __init__(self, lines):
        self.lines = iter(lines)

    def skip_head(self):
        return any([line == "" for line in self.lines])

    def rest(self):
        return list(self.lines)


def tail():
    found = letters()
    hit = "a" in [c.lower() for c in found]
    return hit, "".join(found)


def answered():
    return any([line == "yes\n" for line in sys.stdin])


reader = Reader(["head", "", "body"])
print(reader.skip_head(), reader.rest(), tail())
sys.stdin = io.StringIO("yes\nmore\n")
print(answered(), sys.stdin.read())
