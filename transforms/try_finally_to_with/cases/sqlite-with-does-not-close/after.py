import sqlite3
from contextlib import closing


def total(values):
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("create table t (n integer)")
        conn.executemany("insert into t values (?)", [(v,) for v in values])
        return conn.execute("select sum(n) from t").fetchone()[0], conn


n, conn = total([1, 2, 3])
try:
    conn.execute("select 1")
except sqlite3.ProgrammingError as exc:
    print(n, type(exc).__name__)
