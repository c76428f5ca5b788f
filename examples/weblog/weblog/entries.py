"""From lines to entries."""


class Entry:
    """One request."""

    def __init__(self, host, method, path, status, size):
        self.host = host
        self.method = method
        self.path = path
        self.status = status
        self.size = size

    def failed(self):
        return self.status >= 500


class Malformed(Exception):
    """A line that is no entry."""


def parse(lines):
    """The entries of the lines; what is malformed is left out."""
    for line in lines:
        try:
            yield entry(line)
        except Malformed:
            continue


def entry(line):
    """`HOST METHOD PATH STATUS SIZE`."""
    fields = line.split()
    if len(fields) != 5 or not all([field.isdigit() for field in fields[3:]]):
        raise Malformed(line)
    host, method, path, status, size = fields
    return Entry(host, method, path, int(status), int(size))
