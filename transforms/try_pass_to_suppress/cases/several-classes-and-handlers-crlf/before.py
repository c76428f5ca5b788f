from contextlib import suppress as ignore


def number(d, key):
    try:
        return int(d[key])
    except (ValueError, TypeError):
        pass
    except KeyError:
        ...
    return -1


d = {"a": "1", "b": "x", "c": None}
print([number(d, k) for k in "abcd"])
with ignore(KeyError):
    d["z"]
