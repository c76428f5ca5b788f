"""Where the logs are, and their lines."""

import os


def find(folder):
    """All logs below a folder, in order."""
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            for found in find(path):
                yield found
        elif name.endswith(".log"):
            yield path


def lines(paths):
    """The lines of all files, one after the other."""
    for path in paths:
        for line in read(path):
            yield line


def read(path):
    """The lines of one file without their ends, empty ones left out."""
    log = open(path, encoding="utf-8")
    try:
        for line in log:
            if line.strip():  # some servers write an empty line when they rotate
                yield line.rstrip("\n")
    finally:
        log.close()


def closed(lines):
    """The lines, and a mark behind the last one that repeats it."""
    line = ""
    for line in lines:
        yield line
    yield "-- end of log, after: {}".format(line)


async def follow(stream):
    """The lines of a log that is still being written."""
    for line in stream.backlog():
        yield line
    while True:
        yield await stream.next_line()
