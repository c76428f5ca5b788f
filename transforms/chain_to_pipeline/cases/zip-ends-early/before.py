TABLE = {0: 5, 1: 6, 2: 7}


def noted(key):
    print("noted", key)
    return key


def smallest():
    keys = list(map(noted, TABLE.keys()))
    pairs = list(zip(keys, range(1)))
    return sorted(pairs)


print(smallest())
