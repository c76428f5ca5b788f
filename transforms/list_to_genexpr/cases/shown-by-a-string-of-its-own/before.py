class Node:
    def __init__(self, children):
        self.children = children

    def __repr__(self):
        data = ""
        for c in self.children:
            data += c.short()
            if len(data) > 8:
                data = data[:6] + " .."
                break
        return "<%s>" % data

    def short(self):
        return "n%d" % len(self.children)

    def text(self):
        return "a\nb"


def show(nodes):
    lines = []
    for node in nodes:
        if isinstance(node, Node):
            lines.extend([f"  {line}" for line in node.text().splitlines()])
    return lines


print(show([Node([]), 3]), Node([Node([]), Node([])]))
