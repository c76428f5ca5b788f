import contextlib
import sqlite3


def run(contextlib, closing=None):
    db = sqlite3.connect(":memory:")
    value = db.execute("select 1").fetchone()[0]
    db.close()
    return value + len(contextlib)


print(run("abc"), contextlib.nullcontext is not None)
