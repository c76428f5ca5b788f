import os
import sqlite3

GONE = (FileNotFoundError, NotADirectoryError)
BUSY = (sqlite3.OperationalError, TimeoutError)


def remove(path):
    try:
        os.remove(path)
    except GONE:
        pass


def remove_if_allowed(path):
    try:
        os.remove(path)
    except (PermissionError, *GONE):
        pass


def count(table):
    try:
        table["n"] += 1
    except (KeyError, *BUSY):
        pass
    return table


remove("/nonexistent/x")
remove_if_allowed("/nonexistent/x")
print(count({}), count({"n": 1}))
