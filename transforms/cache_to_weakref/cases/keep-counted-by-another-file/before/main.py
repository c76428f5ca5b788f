from shapes import Shape

names = [Shape.of(n).name for n in "aba"]
kept = Shape.of("c")
print(names, kept.name, len(Shape._cache))
