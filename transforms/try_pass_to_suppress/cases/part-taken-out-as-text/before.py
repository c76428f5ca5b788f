"""Makes a module of the marked part of itself."""

import sys

VERSION = 2


def part(name):
    lines = None
    text = []
    with open(__file__) as source:
        for line in source:
            if line.startswith("###{" + name):
                lines = text
            elif line.startswith("###}"):
                lines = None
            elif lines is not None:
                lines.append(line)
    return "".join(text)


###{standalone
def number(text):
    try:
        return int(text)
    except ValueError:
        pass
    return None
###}


namespace = {}
exec(part("standalone"), namespace)
print(number("1"), number("x"))
print(namespace["number"]("2"), namespace["number"]("y"), VERSION, len(sys.argv))
