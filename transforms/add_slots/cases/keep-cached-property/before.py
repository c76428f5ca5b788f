from functools import cached_property


class Circle:
    def __init__(self, radius):
        self.radius = radius

    @cached_property
    def area(self):
        print("computed")
        return 3 * self.radius**2


for circle in [Circle(n) for n in (1, 2)]:
    print(circle.area, circle.area)
