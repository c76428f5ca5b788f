def parse(text):
    if not text:
        raise ValueError("empty")
    return len(text)


def check(size):
    if size > 30:
        raise ValueError("too long")
    return size


def load(texts: list[str]):
    sizes = (parse(text) for text in texts)
    checked = (check(size) for size in sizes)
    return max(checked)


print(load(["long text", "b"]))
try:
    load(["b" * 40, ""])
except ValueError:
    print("refused")
