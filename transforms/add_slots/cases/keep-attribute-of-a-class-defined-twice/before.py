class Job:
    pass


class Job:
    def __init__(self, cost):
        self.cost = cost


class Plan:
    __slots__ = ("later",)

    def __init__(self):
        self.later = None


job = Job(3)
job.later = 5
print(job.cost, job.later)
