import random


def forget(cache: dict, limit: int):
    for key in list(filter(lambda k: cache[k] > limit, cache)):
        del cache[key]
    return cache


def run_all(jobs):
    return any(list(map(lambda job: job(), jobs)))


def count(words: list[str]):
    return len(list(filter(None, words))), list(map(len, words))[0]


def mixed(words: list[str]):
    chosen = random.Random(3).choice(list(map(str.upper, words)))
    return chosen in words, list(reversed(list(zip(words, words))))


def in_pairs(values: list[int]):
    it = iter(values)
    out = []
    for value in list(map(abs, it)):
        out.append((value, next(it, None)))
    return out


def own(rows: list[str]):
    def list(values):
        return "".join(values)

    return sorted(list(map(str.strip, rows)))


def say(word):
    print(word)
    return bool(word)


print(forget({"a": 1, "b": 9}, 5))
print(run_all([lambda: say("x"), lambda: say("y")]))
print(count(["a", ""]), mixed(["p", "q"]), in_pairs([1, -2, 3]), own(["c ", "a"]))
