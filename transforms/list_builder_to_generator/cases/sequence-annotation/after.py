from typing import Iterator


def _squares(count: int) -> Iterator[int]:
    for n in range(count):
        yield n * n


print(sum(_squares(4)), max(_squares(3)))
