class Door:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        print("closes", self.name)


def counted(guests):
    if guests < 0:
        raise ValueError("nobody can be missing")


def visit(name, guests):
    door = Door(name)
    counted(guests)
    try:
        print("visits", door.name)
    finally:
        door.close()


visit("front", 2)
try:
    visit("back", -1)
except ValueError as error:
    print(error)
