def padded(xs):
    row = [x * 2 for x in xs]
    row += [0]
    return sum(row)


def closed(points):
    ring = [p + 1 for p in points]
    ring.append(ring[0])
    return tuple(ring)


print(padded([1, 2]), closed([1, 2]))
