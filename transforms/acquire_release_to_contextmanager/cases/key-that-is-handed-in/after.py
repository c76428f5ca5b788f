import time
from contextlib import contextmanager

times = {}


@contextmanager
def managed_times(value):
    start = time.perf_counter()
    try:
        yield
    finally:
        times[value] = time.perf_counter() - start


def parse(text):
    with managed_times("parse"):
        return text.split()


def render(words):
    with managed_times("render"):
        return " ".join(words)


print(render(parse("a b")), sorted(times))
