def kind(values: list[object]) -> str:
    match values:
        case [int(), *rest] if all(isinstance(r, int) for r in rest):
            return "ints"
        case _:
            return "mixed"


def lengths(names: list[str]) -> dict[str, int]:
    table: dict[str, int] = {}
    table.update((n, len(n)) for n in names)
    table |= {"": 0}
    return table


print(kind([1, 2]), kind([1, "a"]), lengths(["a", "bb"]))
