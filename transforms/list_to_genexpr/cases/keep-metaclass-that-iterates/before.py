import enum


class Told(enum.EnumMeta):
    def __iter__(cls):
        for member in super().__iter__():
            print("gives", member.name)
            yield member


class Suit(enum.Enum, metaclass=Told):
    CLUBS = "c"
    HEARTS = "h"


def is_suit(letter):
    return any([suit.value == letter for suit in Suit])


print(is_suit("c"))
