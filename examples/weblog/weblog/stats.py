"""Numbers about a log."""

from collections import Counter


def total(log):
    """Bytes sent."""
    return sum([entry.size for entry in log])


def largest(log):
    """The size of the biggest answer, 0 if there is none."""
    return max([entry.size for entry in log if entry.method == "GET"], default=0)


def by_host(log):
    """How many requests each host made, most first."""
    return Counter([entry.host for entry in log]).most_common()


def failures(log):
    """How many requests failed."""
    return sum([1 for entry in log if entry.failed()])


def median(log):
    """The size in the middle."""
    sizes = sorted([entry.size for entry in log])
    return sizes[len(sizes) // 2] if sizes else 0
