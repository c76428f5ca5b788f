def each(items):
    for item in items:
        yield item


def drop_odd(items: list[int]) -> list[int]:
    for item in [i for i in each(items) if i % 2]:
        items.remove(item)
    return items


def mirrored(items: list[int]) -> list[int]:
    for item in [-i for i in each(items)]:
        items.append(item)
        if len(items) > 50:
            break
    return items


print(drop_odd([1, 3, 5, 2]), mirrored([1, 2]))
