def auto_repr(cls):
    def __repr__(self):
        attrs = ", ".join(f"{k}={v!r}" for k, v in vars(self).items())
        return f"{type(self).__name__}({attrs})"

    cls.__repr__ = __repr__
    return cls


@auto_repr
class Rule:
    def __init__(self, name, weight):
        self.name = name
        self.weight = weight


@auto_repr
class Action:
    def __init__(self, verb):
        self.verb = verb


@auto_repr
class Trigger:
    def __init__(self, when):
        self.when = when


print(Rule("a", 1), Action("go"), Trigger("now"))
