import sqlite3


def count(names):
    db = sqlite3.connect(":memory:")
    db.execute("create table t (name text)")
    db.executemany("insert into t values (?)", [(n,) for n in names])
    total = db.execute("select count(*) from t").fetchone()[0]
    db.close()
    return total


print(count(["a", "b"]))
