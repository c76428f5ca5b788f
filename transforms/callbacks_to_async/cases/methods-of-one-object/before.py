class Robot:
    def __init__(self):
        self.log = []

    def turn(self, degrees, then):
        self.log.append("turn %d" % degrees)
        then(degrees)

    def walk(self, steps, then):
        """Walks and turns back."""
        self.log.append("walk %d" % steps)

        def turned(degrees):
            self.log.append("home")
            then(steps + degrees)
        self.turn(180, turned)


robot = Robot()
robot.walk(3, print)
print(robot.log)
