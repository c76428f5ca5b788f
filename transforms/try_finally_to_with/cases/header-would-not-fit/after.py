import sqlite3
from contextlib import closing


class Store:
    def __init__(self, path):
        self.path = path

    def connection(self, isolation_level=None):
        return sqlite3.connect(self.path, isolation_level=isolation_level)


def count(store, names):
    connection = store.connection(
        isolation_level=None,
    )
    with closing(connection):
        connection.execute("create table people (name text)")
        for name in names:
            connection.execute("insert into people values (?)", (name,))
        return connection.execute("select count(*) from people").fetchone()[0]


def answer(store, question):
    long_name_of_connection = store.connection(isolation_level="EXCLUSIVE")
    with closing(long_name_of_connection):
        try:
            return long_name_of_connection.execute("select " + question).fetchone()
        except sqlite3.OperationalError as error:
            return error.args


def aligned(store):
    with open(__file__,
              encoding="utf-8") as file:
        return file.readline()


def with_helper(path):
    file = open(path)

    def line():
        return file.readline()

    with file:
        return line()


store = Store(":memory:")
print(count(store, ["a", "b"]), answer(store, "1"), answer(store, "nonsense"))
print(aligned(store), with_helper(__file__))
