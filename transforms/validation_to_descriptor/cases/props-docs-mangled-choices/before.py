class Task:
    """A task."""

    def __init__(self, status, priority):
        self.status = status
        self.priority = priority

    @property
    def status(self):
        "The state it is in."
        return self.__status

    @status.setter
    def status(self, value):
        if value not in ("open", "done"):
            raise ValueError("Status must not be %r" % (value,))
        self.__status = value

    @property
    def priority(self):
        "The higher, the sooner."
        return self.__priority

    @priority.setter
    def priority(self, value):
        if value not in [1, 2, 3]:
            raise ValueError("Priority must not be %r" % (value,))
        self.__priority = value


class _Old(Task):
    pass


t = Task("open", 2)
print(vars(t), vars(_Old("done", 1)), Task.status.__doc__, Task.priority.__doc__)
for key, value in (("status", "gone"), ("priority", (4,))):
    try:
        setattr(t, key, value)
    except ValueError as exc:
        print(exc)
