from dataclasses import dataclass


@dataclass(slots=True)
class Rgb:
    r: int


_colors = {}


def rgb(r):
    color = _colors.get(r)
    if color is None:
        color = Rgb(r)
        _colors[r] = color
    return color


red = rgb(255)
print(red is rgb(255), red)
