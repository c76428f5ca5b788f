from throttle import once


class Device:
    def __init__(self, number):
        self.number = number

    @once
    def update(self):
        print("update", self.number)


devices = [Device(n) for n in range(2)]
for device in devices + devices:
    device.update()
