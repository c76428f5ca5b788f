def parse(text):
    if not text:
        raise KeyError("empty")
    return len(text)


def check(size):
    if size > 3:
        raise ValueError("too long")
    return size


def load(texts: list[str]):
    sizes = [parse(text) for text in texts]
    checked = [check(size) for size in sizes]
    return sorted(checked)


def scale(texts: list[str], rate):
    numbers = [int(text) for text in texts]
    if rate < 0:
        raise KeyError("rate")
    return sorted(n * rate for n in numbers)


def average(texts: list[str], count):
    numbers = [float(text) for text in texts]
    assert count > 0
    return max(numbers) / count


for function, arguments in [(load, (["long text", ""],)), (scale, (["x"], -1)), (average, (["x"], 0))]:
    try:
        print(function(*arguments))
    except (KeyError, ValueError, AssertionError) as error:
        print(type(error).__name__)
