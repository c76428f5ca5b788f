def walk(tree):
    for item in tree:
        if isinstance(item, list):
            for x in walk(item):
                yield x
        else:
            yield item


print(list(walk([1, [2, [3]]])))
