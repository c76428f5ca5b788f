import itertools
from dataclasses import dataclass, field

numbers = itertools.count()


@dataclass
class Ticket:
    number: int = field(default_factory=lambda: next(numbers))


class Label:
    shown = 0

    def __str__(self):
        Label.shown += 1
        return "label"


class Handle:
    def __del__(self):
        print("closed")


labels = [Label(), Label()]
print(any([Ticket() for _ in range(3)]), next(numbers))
print(any(["%s" % label for label in labels]), Label.shown)
print(any(["%s/%d" % (label, 1) for label in labels]), Label.shown)
print(any(["{}".format(label) for label in labels]), Label.shown)
print(any([Handle() is not None for _ in range(3)]))
