import contextlib

names = ["ann", "bob"]


@contextlib.contextmanager
def locked():
    try:
        yield
    finally:
        names.append("late")


def snapshot():
    with locked():
        upper = [name.upper() for name in names]
    return tuple(upper)


print(snapshot())
