class Job:
    def __init__(self, cost):
        self.cost = cost


class Plan:
    __slots__ = ("later",)

    def __init__(self):
        self.later = None


o = 1
print(o + 1, Plan().later)
o = Job(3)
o.later = 5
print([o.later, o.cost], [Job(n).cost for n in range(2)])
