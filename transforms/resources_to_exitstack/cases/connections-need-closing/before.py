import sqlite3


def versions(n):
    connections = [sqlite3.connect(":memory:") for _ in range(n)]
    try:
        return [c.execute("select 1").fetchone() for c in connections]
    finally:
        for c in reversed(connections):
            c.close()


print(versions(2))
