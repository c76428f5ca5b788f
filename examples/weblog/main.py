"""Prints a report over access logs."""

import os
import sys

from weblog import checks, entries, reading, report

HERE = os.path.dirname(os.path.abspath(__file__))


def main(arguments):
    paths = arguments or reading.find(os.path.join(HERE, "logs"))
    log = list(entries.parse(reading.lines(paths)))
    report.write(sys.stdout, log)
    return 1 if checks.attention(log) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
