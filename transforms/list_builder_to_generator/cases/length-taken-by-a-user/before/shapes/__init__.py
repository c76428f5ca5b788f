def corners(width, height):
    found = []
    for x in range(width):
        for y in range(height):
            found.append((x, y))
    return found


def count(width, height):
    return sum(1 for corner in corners(width, height))
