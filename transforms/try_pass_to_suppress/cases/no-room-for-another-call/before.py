def depth(n):
    try:
        return depth(n + 1)
    except RecursionError:
        pass
    return n > 10


print(depth(0) in (True, None))
