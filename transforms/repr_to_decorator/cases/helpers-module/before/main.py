from pkg.lines import Line, Segment
from pkg.points import Point, Pole

print(Point(1, 2), Pole(3), Line(4, 5), Segment("a", None))
