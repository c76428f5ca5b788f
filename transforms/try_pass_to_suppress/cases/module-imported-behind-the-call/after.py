from contextlib import suppress


def removed(names, name):
    with suppress(ValueError):
        names.remove(name)
    return names


print(removed(["a", "b"], "c"))

import contextlib

print(removed(["a", "b"], "b"), contextlib.nullcontext(1).enter_result)
