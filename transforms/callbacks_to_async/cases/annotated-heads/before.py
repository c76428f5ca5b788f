"""Prices."""
from collections.abc import Callable


class Item:
    def __init__(self, name: str) -> None:
        self.name = name


def find(name: str, callback: Callable[[Item], None]) -> None:
    callback(Item(name))


def parts(name: str, callback: Callable[[str, int], None]) -> None:
    callback(name, len(name))


def ping(callback: Callable[[], None]) -> None:
    callback()


def price(name: str, callback) -> None:
    def found(item: Item) -> None:
        def split(name: str, length: int) -> None:
            def pinged() -> None:
                callback(name * length)

            ping(pinged)

        parts(item.name, split)

    find(name, found)


price("pen", print)
