import sqlite3


def copy(cursor):
    cursor.execute("select name from word")
    cursor.executemany("insert into word values (?)", [(name.upper(),) for (name,) in cursor])
    return cursor.execute("select name from word order by name").fetchall()


db = sqlite3.connect(":memory:")
db.execute("create table word (name text)")
db.executemany("insert into word values (?)", [("fig",), ("pear",)])
print(copy(db.cursor()))
db.close()
