class Door:
    def __init__(self, name, wanted=True):
        self.name, self.wanted = name, wanted

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        print("close", self.name)
        if self.name == "stuck":
            raise OSError(self.name)


def some(names):
    doors = [Door(n, n != "b") for n in names]
    try:
        print(len(doors))
    finally:
        for door in reversed(doors):
            if door.wanted:
                door.close()


def guarded(names):
    doors = [Door(n) for n in names]
    try:
        print(len(doors))
    finally:
        for door in reversed(doors):
            try:
                door.close()
            except OSError:
                print("stuck")


def with_arguments(names, log):
    undo = []
    try:
        for n in names:
            undo.append((log.append, n))
        print(len(undo))
    finally:
        for function, argument in reversed(undo):
            function(argument)


some("abc")
guarded(["a", "stuck"])
log = []
with_arguments("pq", log)
print(log)
