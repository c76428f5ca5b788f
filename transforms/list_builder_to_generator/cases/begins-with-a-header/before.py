def table(rows: list[tuple[str, int]]):
    lines = ["name,age", "-" * 8]
    for name, age in rows:
        lines.append(f"{name},{age}")
    lines.append("end")
    return lines


def steps(start: int):
    path = [start]  # where it begins
    while start != 1:
        start = start // 2 if start % 2 == 0 else 3 * start + 1
        path.append(start)
    return path


def command(verbose):
    words = ["run"]
    if verbose:
        words.append("-v")
    return words


print(max(table([("ann", 3)]), key=len))
print(sorted(table([("bob", 4)])))
print(max(steps(5)), " ".join(command(True)))
