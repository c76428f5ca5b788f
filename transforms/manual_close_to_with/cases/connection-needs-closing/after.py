import sqlite3
from contextlib import closing


def count(names):
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("create table t (name text)")
        db.executemany("insert into t values (?)", [(n,) for n in names])
        total = db.execute("select count(*) from t").fetchone()[0]
    return total


print(count(["a", "b"]))
