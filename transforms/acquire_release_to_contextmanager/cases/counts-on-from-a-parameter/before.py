seen = []


def down(depth, limit):
    depth += 1
    seen.append(depth)
    try:
        return down(depth, limit) if depth < limit else depth
    finally:
        seen.remove(depth)


def up(depth, limit):
    depth += 1
    seen.append(depth)
    try:
        return depth * limit
    finally:
        seen.remove(depth)


print(down(0, 3), up(1, 2), seen)
