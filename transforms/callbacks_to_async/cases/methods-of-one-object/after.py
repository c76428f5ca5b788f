import asyncio


class Robot:
    def __init__(self):
        self.log = []

    async def turn(self, degrees):
        self.log.append("turn %d" % degrees)
        return degrees

    async def walk(self, steps):
        """Walks and turns back."""
        self.log.append("walk %d" % steps)

        degrees = await self.turn(180)
        self.log.append("home")
        return steps + degrees


robot = Robot()
print(asyncio.run(robot.walk(3)))
print(robot.log)
