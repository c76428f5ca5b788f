import io


class Script:
    def __init__(self, text):
        self.source = io.StringIO(text)
        self.commands = []

    def load(self):
        for line in self.source.readlines():
            self.commands.append(line.strip())


def show(text: str):
    buffer = io.StringIO(text)
    for line in buffer.readlines():
        print(line.strip())


def parsed(source: io.StringIO):
    return [line.split() for line in source.readlines()]


script = Script("a\nb\n")
script.load()
show("c\nd\n")
print(script.commands, parsed(io.StringIO("e f\n")))
