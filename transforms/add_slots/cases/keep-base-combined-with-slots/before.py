class Walks:
    def move(self):
        return "walk"


class Robot(Walks):
    def __init__(self, name):
        self.name = name


class Named:
    __slots__ = ("label",)


class Toy(Robot, Named):
    def __init__(self, name):
        super().__init__(name)
        self.label = name.upper()


robots = [Robot(n) for n in "ab"]
toys = [Toy(n) for n in "cd"]
print([r.move() for r in robots], [t.label for t in toys])
