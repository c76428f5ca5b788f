def _leaves(node):
    found = []
    for part in node:
        if isinstance(part, list):
            found += _leaves(part)
        else:
            found.append(part)
    return found


print(sum(_leaves([1, [2, [3]], []])))
