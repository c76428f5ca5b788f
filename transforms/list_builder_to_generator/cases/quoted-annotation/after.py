from typing import Iterator, List


def _named(items: "List[Item]") -> "Iterator[Item]":
    for item in items:
        if item.name:
            yield item


def _numbers(count: int) -> "Iterator[int]":
    for n in range(count):
        yield n


class Item:
    def __init__(self, name: str) -> None:
        self.name = name


print(sum(1 for _ in _named([Item("a"), Item("")])), sum(_numbers(4)))
