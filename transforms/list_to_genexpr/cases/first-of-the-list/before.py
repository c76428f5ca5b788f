def first_long(words: list[str]):
    return next(iter([w for w in words if len(w) > 3]), None)


def level(flags: list[str]) -> int:
    return int(next(iter([f.partition("=")[2] for f in flags if f.startswith("--level=")]), "0"))


print(first_long(["a", "bbbb", "ccccc"]), first_long([]), level(["-v", "--level=3"]), level([]))
