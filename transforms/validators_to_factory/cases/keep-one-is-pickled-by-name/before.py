import pickle


def small(value):
    if value > 10:
        raise ValueError("at most 10")
    return value


def large(value):
    if value > 1000:
        raise ValueError("at most 1000")
    return value


print(pickle.loads(pickle.dumps(small))(5), large(6))
