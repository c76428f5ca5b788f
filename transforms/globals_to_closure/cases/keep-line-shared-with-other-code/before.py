_count = 0; PREFIX = "id"


def next_id():
    global _count
    _count += 1
    return f"{PREFIX}{_count}"


print(next_id(), next_id(), PREFIX)
