import sqlite3


class Db:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)


_dbs = {}


def db(path):
    if path not in _dbs:
        _dbs[path] = Db(path)
    return _dbs[path]


db(":memory:").conn.execute("create table t(x)")
print(db(":memory:").conn.execute("select count(*) from t").fetchone())
