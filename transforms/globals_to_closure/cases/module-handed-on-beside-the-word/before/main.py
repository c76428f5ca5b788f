import state


def describe(module):
    return module.__name__


for word in "count _count".split():
    if word == "_count":
        print("_count", "is a private name")
totals = dict(_count=7)
print(describe(state), state.bump(), totals["_count"], state.bump())
