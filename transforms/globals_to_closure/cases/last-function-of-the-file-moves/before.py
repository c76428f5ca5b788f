count = 0


def bump():
    global count
    count += 1
    return count


def twice():
    return bump() + bump()


print(twice(), bump())


# Starts again.
def reset():
    global count
    count = 0
