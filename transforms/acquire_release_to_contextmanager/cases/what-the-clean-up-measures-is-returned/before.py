ticks = iter(range(100))


def first():
    start = next(ticks)
    try:
        next(ticks)
    finally:
        spent = next(ticks) - start
    return spent


def second():
    start = next(ticks)
    try:
        next(ticks), next(ticks)
    finally:
        spent = next(ticks) - start
    return spent


print(first(), second())
