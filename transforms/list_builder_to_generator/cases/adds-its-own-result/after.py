def _leaves(node):
    for part in node:
        if isinstance(part, list):
            yield from _leaves(part)
        else:
            yield part


print(sum(_leaves([1, [2, [3]], []])))
