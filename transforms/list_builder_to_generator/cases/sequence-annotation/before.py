from typing import Sequence


def _squares(count: int) -> Sequence[int]:
    out = []
    for n in range(count):
        out.append(n * n)
    return out


print(sum(_squares(4)), max(_squares(3)))
