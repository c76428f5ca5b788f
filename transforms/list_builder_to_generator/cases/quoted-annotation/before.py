from typing import List


def _named(items: "List[Item]") -> "List[Item]":
    found: "List[Item]" = []
    for item in items:
        if item.name:
            found.append(item)
    return found


def _numbers(count: int) -> "list[int]":
    out = []
    for n in range(count):
        out.append(n)
    return out


class Item:
    def __init__(self, name: str) -> None:
        self.name = name


print(sum(1 for _ in _named([Item("a"), Item("")])), sum(_numbers(4)))
