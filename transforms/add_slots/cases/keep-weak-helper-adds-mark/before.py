class Line:
    def __init__(self, text, parts=()):
        self.text = text
        self.parts = list(parts)


def visit(line, seen):
    if getattr(line, "mark", False):
        return
    line.mark = True
    seen.append(line.text)
    for part in line.parts:
        visit(part, seen)


leaf = Line("leaf")
seen = []
visit(Line("root", [leaf, leaf, Line("other")]), seen)
print(seen)
