count = 0


def bump():
    global count
    count += 1
    return count


def reset():
    global count
    count = 0
    # The next one is the first again.


print(bump(), bump())
reset()
print(bump())
