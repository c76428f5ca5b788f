import threading

# ==========================================================
# Connections
# ==========================================================

_lock = threading.Lock()

# opened by the first who needs it
_connection = None


class Connection:
    made = 0

    def __init__(self):
        Connection.made += 1
        self.number = Connection.made


def connection():
    """The connection of this process.

    Opened when it is first asked for.
    """
    global _connection
    with _lock:
        if _connection is None:
            _connection = Connection()
        return _connection


def reset():
    global _connection
    with _lock:
        _connection = None


print(connection().number, connection().number, Connection.made)
reset()
print(connection().number, connection() is connection())
