from typing import List


def total(xs: List[int]) -> int:
    doubled: List[int] = [x * 2 for x in xs]
    odd: list[int] = [x + 1 for x in doubled]
    return sum(odd)


print(total([1, 2]))
