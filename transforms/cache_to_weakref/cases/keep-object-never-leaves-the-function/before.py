class Template:
    def __init__(self, path):
        print("load", path)
        self.path = path

    def render(self):
        return self.path


_templates = {}


def render(path):
    if path not in _templates:
        _templates[path] = Template(path)
    return _templates[path].render()


print(render("a"), render("a"))
