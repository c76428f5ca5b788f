import enum


class Suit(str, enum.Enum):
    CLUBS = "c"
    HEARTS = "h"


def is_suit(letter):
    return any([suit.value == letter for suit in Suit])


print(is_suit("h"), is_suit("x"))
