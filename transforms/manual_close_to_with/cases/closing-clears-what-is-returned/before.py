class Buffer:
    def __init__(self):
        self.rows = []

    def add(self, row):
        self.rows.append(row)

    def taken(self):
        return self.rows

    def close(self):
        self.rows.clear()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def early(rows):
    buffer = Buffer()
    for row in rows:
        buffer.add(row)
        if row == "stop":
            return buffer.rows
    buffer.close()
    return None


def on_error(text):
    buffer = Buffer()
    buffer.add(text)
    rows = buffer.taken()
    try:
        int(text)
    except ValueError:
        return rows
    buffer.close()
    return rows


print(early(["a", "stop", "b"]), early(["a"]), on_error("x"), on_error("1"))
