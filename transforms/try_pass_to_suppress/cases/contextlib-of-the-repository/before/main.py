import contextlib

print(contextlib.suppress.__name__, contextlib.table)
