def note(item):
    global _seen
    _seen = [item]
    return len(_seen)


def seen():
    return list(_seen)


for word in ("a", "b"):
    print(note(word))

_seen = []
print(seen())
note("c")
print(seen())
