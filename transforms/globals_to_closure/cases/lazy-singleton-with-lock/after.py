import threading

# ==========================================================
# Connections
# ==========================================================

_lock = threading.Lock()


class Connection:
    made = 0

    def __init__(self):
        Connection.made += 1
        self.number = Connection.made


def _make_connection():
    # opened by the first who needs it
    _connection = None

    def connection():
        """The connection of this process.

        Opened when it is first asked for.
        """
        nonlocal _connection
        with _lock:
            if _connection is None:
                _connection = Connection()
            return _connection

    def reset():
        nonlocal _connection
        with _lock:
            _connection = None

    return connection, reset


connection, reset = _make_connection()


print(connection().number, connection().number, Connection.made)
reset()
print(connection().number, connection() is connection())
