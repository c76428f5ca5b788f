import os
import sqlite3
from contextlib import suppress

GONE = (FileNotFoundError, NotADirectoryError)
BUSY = (sqlite3.OperationalError, TimeoutError)


def remove(path):
    with suppress(*GONE):
        os.remove(path)


def remove_if_allowed(path):
    with suppress(PermissionError, *GONE):
        os.remove(path)


def count(table):
    with suppress(KeyError, *BUSY):
        table["n"] += 1
    return table


remove("/nonexistent/x")
remove_if_allowed("/nonexistent/x")
print(count({}), count({"n": 1}))
