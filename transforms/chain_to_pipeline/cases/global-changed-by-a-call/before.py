factor = 2


def reset():
    global factor
    factor = 1000


def scale(values):
    scaled = [value * factor for value in values]
    reset()
    return sum(scaled)


print(scale([1, 2]))
