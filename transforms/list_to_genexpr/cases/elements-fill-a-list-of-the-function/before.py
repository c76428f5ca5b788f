import collections


def errors_of(rows: list[int]):
    errors = []
    if any([errors.append(r) or r > 2 for r in rows]):
        return errors
    return []


def first_seen(rows: list[int]):
    seen = {}
    ok = all([seen.setdefault(r, len(seen)) for r in rows])
    return ok, seen


def group(words: list[str]):
    groups = collections.defaultdict(list)
    groups["a"].append(1)
    found = any([groups[w] for w in words])
    return found, sorted(groups)


class Log:
    def __init__(self):
        self.lines = []

    def note(self, row):
        self.lines.append(row)
        return True


def noted(rows: list[int]):
    log = Log()
    found = any([log.note(r) for r in rows])
    return found, log.lines


def contains(rows: list[int]):
    seen = []
    found = 1 in [seen.append(r) or r for r in rows]
    first = next(iter([seen.append(r) or r for r in rows]))
    return found, first, seen


def loop(rows: list[int]):
    seen = []
    for row in [seen.append(r) or r for r in rows]:
        if row == 1:
            break
    return seen


def pair(rows: list[int]):
    seen = []
    try:
        a, b = [seen.append(r) or r for r in rows]
    except ValueError:
        return seen
    return a + b


def total(rows: list):
    seen = []
    try:
        return sum([seen.append(r) or r for r in rows])
    except TypeError:
        return seen


print(errors_of([3, 4]), first_seen([1, 2, 3]), group(["a", "b", "c"]), noted([1, 2]))
print(contains([1, 2]), loop([1, 2]), pair([1, 2, 3, 4]), total([1, "2", 3]))
