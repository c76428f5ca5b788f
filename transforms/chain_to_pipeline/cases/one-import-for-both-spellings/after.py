from typing import Iterator, List


def total(xs: List[int]) -> int:
    doubled: Iterator[int] = (x * 2 for x in xs)
    odd: Iterator[int] = (x + 1 for x in doubled)
    return sum(odd)


print(total([1, 2]))
