from contextlib import contextmanager, suppress


@contextmanager
def tolerant(log):
    try:
        yield
    except ValueError:
        log.append("rejected")


def collect(words: list[str]):
    numbers = []
    with suppress(ValueError):
        numbers.extend([int(word) for word in words])
    return numbers


def has_small(words: list[str]):
    log = []
    with tolerant(log):
        log.append(any([int(word) < 3 for word in words]))
    return log


print(collect(["1", "2", "x"]), collect(["1"]))
print(has_small(["1", "x"]), has_small(["5"]))
