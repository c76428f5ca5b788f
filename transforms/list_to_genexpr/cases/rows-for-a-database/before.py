import sqlite3


def load(db, rows):
    cursor = db.cursor()
    cursor.execute("create table word (name text, length integer)")
    cursor.executemany("insert into word values (?, ?)", [(row["name"], len(row["name"])) for row in rows])
    db.commit()
    return cursor.execute("select name, length from word order by name").fetchall()


db = sqlite3.connect(":memory:")
print(load(db, [{"name": "pear"}, {"name": "fig"}]))
db.close()
