import points

print(points.Point(1, 2), points.Pole(3), points.auto_repr)
