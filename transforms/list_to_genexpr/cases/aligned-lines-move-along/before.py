names = ["a", "b"]
sizes = {"a": 1, "b": 22}


def lines(width):
    result = ["sizes"]
    result.extend(["%*s %s\n" % (width, name,
                                 sizes[name])
                   for name in names
                   # largest ones only
                   if sizes[name] > 0])
    result.extend(["""%s
                      in a string that stays""" % name
                   for name in names])
    return result


def total(extra):
    return sum(
        [
            sizes[name] * factor
            for name in names  # all of them
            for factor in range(3)
        ]
    ) + sum(
        [  # why
            size
            for size in sizes.values()
        ],
    ) + sum([
        size for size in sizes.values()
    ], extra)


def broken(limit):
    return any([sizes[name] > limit and
            name != "c"
            for name in names])


print(*lines(4), total(1), broken(3))
