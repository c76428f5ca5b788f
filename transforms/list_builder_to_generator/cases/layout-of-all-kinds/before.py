def _parts(numbers: list[int]) -> list[tuple[int, str]]:
    """Return a list of numbers and their names."""
    found: list[tuple[int, str]] = []  # what was found

    for n in numbers:
        if n == 0:
            found.append(
                (n, "zero"),
            )
        elif n < 0:
            # negative
            found.append((  # a pair
                n,
                "minus",
            ))
        elif n == 1:
            found.append((m := n, "one"))
        elif n == 2:
            found += [(n, "two"), (n, "pair")]
        elif n == 3:
            return found  # enough
        else:
            found.extend(
                (n, name)
                for name in ("many", "more")
            )

    # the end
    return found


for number, name in _parts([0, -1, 1, 2, 5]):
    print(number, name)
