depth = 0
calls = 0


def walk(n):
    global depth
    depth += 1
    try:
        print(depth)
        return walk(n - 1) if n else depth
    finally:
        depth -= 1


def count(n):
    global depth, calls
    depth += 1
    try:
        calls += 1
        return [depth] * n
    finally:
        depth -= 1


def set_back():
    global depth
    depth += 1
    try:
        print("back from", depth)
    finally:
        depth -= 1
    depth = 0


print(walk(2), count(2), depth, calls)
set_back()
