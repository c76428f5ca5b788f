import random


class InRange:
    def __init__(self, minimum, maximum, doc=None):
        self.minimum = minimum
        self.maximum = maximum
        self.__doc__ = doc

    def __set_name__(self, owner, name):
        self.name = name
        self.storage = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.storage)

    def __set__(self, instance, points):
        if points < self.minimum or points > self.maximum:
            raise ValueError("%s out of range: %r" % (self.name, points))
        setattr(instance, self.storage, points)


class Character:
    # Attributes rolled at creation, 1..20
    strength = InRange(1, 20, doc="Raw strength.")
    agility = InRange(1, 20, doc="Raw agility.")
    mana = InRange(0, 100, doc="Magic points.")

    def __init__(self, name, strength=10, agility=10, mana=0):
        self.name = name
        self.strength = strength
        self.agility = agility
        self.mana = mana

    def power(self):
        return self.strength * 2 + self.agility + self.mana // 10


def main():
    random.seed(3)
    hero = Character("Ayla", random.randint(1, 20), random.randint(1, 20), 40)
    print(hero.name, hero.power(), vars(hero))
    for attr in ("strength", "agility", "mana"):
        for v in (-1, 0, 1, 20, 21, 101):
            try:
                setattr(hero, attr, v)
            except ValueError as e:
                print(e)


if __name__ == "__main__":
    main()
