_items = []
ALL = _items


def add(item):
    _items.append(item)
    return len(_items)


def clear():
    global _items
    _items = []


print(add("a"), add("b"), ALL)
clear()
print(add("c"), ALL)
