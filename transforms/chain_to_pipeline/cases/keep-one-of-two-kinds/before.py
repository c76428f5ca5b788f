class Nothing:
    def __iter__(self):
        print("asked")
        return iter(())


def total(rows: list[str]):
    sizes = [len(r) for r in rows] if rows else None
    return sum(sizes or [7])


def shown(rows: list[str]):
    sizes = [len(r) for r in rows] if rows else Nothing()
    return sum(sizes)


def annotated(rows: list[str]) -> int:
    sizes: list[int] = [len(r) for r in rows] if rows else []
    return sum(sizes)


print(total(["a"]), total([]), shown([]), annotated(["bb"]))
