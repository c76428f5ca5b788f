from collections.abc import Iterator


def _parts(numbers: list[int]) -> Iterator[tuple[int, str]]:
    """Return an iterator over numbers and their names."""
    # what was found

    for n in numbers:
        if n == 0:
            yield (
                (n, "zero")
            )
        elif n < 0:
            # negative
            yield (  # a pair
                n,
                "minus",
            )
        elif n == 1:
            yield (m := n, "one")
        elif n == 2:
            yield from [(n, "two"), (n, "pair")]
        elif n == 3:
            return  # enough
        else:
            yield from (
                (n, name)
                for name in ("many", "more")
            )

    # the end
    return


for number, name in _parts([0, -1, 1, 2, 5]):
    print(number, name)
