import io

_opened = 0


def closed():
    global _opened
    _opened -= 1


source = open(__file__)
first = source.readline()
source.close()


def open(text):
    global _opened
    _opened += 1
    return io.StringIO(text)


with open("of a string\n") as lines:
    print(first.strip(), lines.read().strip())
closed()
