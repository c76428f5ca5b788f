def total(rows: list[str]):
    stripped = [r.strip() for r in rows] if rows else []
    size = 0
    for row in stripped:
        size += len(row)
    return size


def longest(words: list[str], strict: bool):
    kept = () if strict else [w for w in words if w]
    return max((len(w) for w in kept), default=0)


print(total([" a", "b "]), total([]), longest(["a", "", "bbb"], False), longest(["a"], True))
