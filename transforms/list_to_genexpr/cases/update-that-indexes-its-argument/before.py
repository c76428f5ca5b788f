class Window:
    """The last batch, told by its ends."""

    def __init__(self):
        self.ends = None

    def update(self, values):
        if values:
            self.ends = values[0], values[-1]


def observe(window, samples):
    window.update([2 * s for s in samples])
    return window.ends


print(observe(Window(), [3, 1, 2]))
