from contextlib import suppress


def number(text: str):
    with suppress(ValueError):
        return int(text)
    return None


def numbers(texts: list[str]):
    found = [number(t) for t in texts]
    known = [n for n in found if n is not None]
    return max(known)


print(numbers(["1", "x", "3"]))
