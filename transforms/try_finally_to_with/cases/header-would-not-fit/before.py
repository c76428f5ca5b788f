import sqlite3


class Store:
    def __init__(self, path):
        self.path = path

    def connection(self, isolation_level=None):
        return sqlite3.connect(self.path, isolation_level=isolation_level)


def count(store, names):
    connection = store.connection(
        isolation_level=None,
    )
    try:
        connection.execute("create table people (name text)")
        for name in names:
            connection.execute("insert into people values (?)", (name,))
        return connection.execute("select count(*) from people").fetchone()[0]
    finally:
        connection.close()


def answer(store, question):
    long_name_of_connection = store.connection(isolation_level="EXCLUSIVE")
    try:
        return long_name_of_connection.execute("select " + question).fetchone()
    except sqlite3.OperationalError as error:
        return error.args
    finally:
        long_name_of_connection.close()


def aligned(store):
    file = open(__file__,
                encoding="utf-8")
    try:
        return file.readline()
    finally:
        file.close()


def with_helper(path):
    file = open(path)

    def line():
        return file.readline()

    try:
        return line()
    finally:
        file.close()


store = Store(":memory:")
print(count(store, ["a", "b"]), answer(store, "1"), answer(store, "nonsense"))
print(aligned(store), with_helper(__file__))
