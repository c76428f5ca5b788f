class Rule:
    def __init__(self, lhs, rhs):
        super().__init__()
        self.lhs = lhs
        self.rhs = rhs


class Skip(Rule):
    def __init__(self, lhs, rhs, skipped):
        super().__init__(lhs, rhs)
        self.skipped = skipped

    def __repr__(self):
        return f"{self.lhs} -> {self.rhs} ({self.skipped})"


def without(rules: list[Rule], rule: Rule):
    same = (x for x in rules if x.lhs == rule.rhs)
    return [Skip(rule.lhs, x.rhs, [x.lhs]) for x in same]


print(without([Rule("b", "c"), Rule("b", "d"), Rule("c", "e")], Rule("a", "b")))
