class Door:
    def __init__(self, name):
        self.name = name

    def close(self):
        print("closes", self.name)


def visit(names):
    doors = {}
    try:
        for name in names:
            doors[name[0]] = Door(name)
        return len(doors)
    finally:
        for door in reversed(doors.values()):
            door.close()


print(visit(["ab", "cd", "ax"]))
