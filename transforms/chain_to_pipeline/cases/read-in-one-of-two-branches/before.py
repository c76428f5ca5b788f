def summary(values: list[int], kind):
    squares = [v * v for v in values]
    if kind == "sum":
        return sum(squares)
    return max(squares, default=None)


def by_kind(values: list[int], kind):
    more = [v + 1 for v in values]
    match kind:
        case "sum":
            return sum(more)
        case "sorted":
            return sorted(more)
    return None


print(summary([1, 2], "sum"), summary([], "max"), summary([3, 1], "max"))
print(by_kind([1, 2], "sum"), by_kind([2, 1], "sorted"), by_kind([], "none"))
