import time

times = {}


def parse(text):
    start = time.perf_counter()
    try:
        return text.split()
    finally:
        times["parse"] = time.perf_counter() - start


def render(words):
    start = time.perf_counter()
    try:
        return " ".join(words)
    finally:
        times["render"] = time.perf_counter() - start


print(render(parse("a b")), sorted(times))
