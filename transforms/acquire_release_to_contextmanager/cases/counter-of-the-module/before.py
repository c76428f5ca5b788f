depth = 0


def walk(n):
    global depth
    depth += 1
    try:
        print(depth)
        return walk(n - 1) if n else depth
    finally:
        depth -= 1


def count(n):
    global depth
    depth += 1
    try:
        return [depth] * n
    finally:
        depth -= 1


print(walk(2), count(2), depth)
