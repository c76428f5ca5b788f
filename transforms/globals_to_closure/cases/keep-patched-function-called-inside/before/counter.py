_count = 0


def step():
    global _count
    _count += 1
    return _count


def next_two():
    return step(), step()
