class Rule:
    def __init__(self, name, weight):
        self.name = name
        self.weight = weight

    def __repr__(self):
        attrs = ", ".join(f"{k}={v!r}" for k, v in vars(self).items())
        return f"{type(self).__name__}({attrs})"


class Action:
    def __init__(self, verb):
        self.verb = verb

    def __repr__(self):
        attrs = ", ".join(f"{k}={v!r}" for k, v in vars(self).items())
        return f"{type(self).__name__}({attrs})"


class Trigger:
    def __init__(self, when):
        self.when = when

    def __repr__(self):
        attrs = ", ".join(f"{k}={v!r}" for k, v in vars(self).items())
        return f"{type(self).__name__}({attrs})"


print(Rule("a", 1), Action("go"), Trigger("now"))
