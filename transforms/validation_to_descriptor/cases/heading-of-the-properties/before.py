import random


class Character:
    def __init__(self, name, strength=10, agility=10, mana=0):
        self.name = name
        self.strength = strength
        self.agility = agility
        self.mana = mana

    # Attributes rolled at creation, 1..20

    @property
    def strength(self):
        """Raw strength."""
        return self._strength

    @strength.setter
    def strength(self, points):
        if points < 1 or points > 20:
            raise ValueError("strength out of range: %r" % points)
        self._strength = points

    @property
    def agility(self):
        """Raw agility."""
        return self._agility

    @agility.setter
    def agility(self, points):
        if points < 1 or points > 20:
            raise ValueError("agility out of range: %r" % points)
        self._agility = points

    @property
    def mana(self):
        """Magic points."""
        return self._mana

    @mana.setter
    def mana(self, points):
        if points < 0 or points > 100:
            raise ValueError("mana out of range: %r" % points)
        self._mana = points

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
