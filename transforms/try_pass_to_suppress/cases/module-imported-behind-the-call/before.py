def removed(names, name):
    try:
        names.remove(name)
    except ValueError:
        pass
    return names


print(removed(["a", "b"], "c"))

import contextlib

print(removed(["a", "b"], "b"), contextlib.nullcontext(1).enter_result)
