class Job:
    def __init__(self, cost):
        self.cost = cost


class Plan:
    __slots__ = ("later",)

    def __init__(self):
        self.later = None


def postpone(thing):
    thing.later = True
    return thing


print(postpone(Plan()).later, postpone(Job(1)).later, [Job(n).cost for n in range(2)])
