"""The report as text."""

from . import stats


def write(out, log):
    out.write("requests  {}\n".format(len(log)))
    out.write("failed    {}\n".format(stats.failures(log)))
    out.write("bytes     {}\n".format(stats.total(log)))
    out.write("largest   {}\n".format(stats.largest(log)))
    out.write("median    {}\n".format(stats.median(log)))
    for host, count in stats.by_host(log):
        out.write("  {:3} {}\n".format(count, host))


def save(path, log):
    """Writes the report to a file and returns its size."""
    out = open(path, "w", encoding="utf-8")
    try:
        write(out, log)
    finally:
        out.close()
    return out.name, sum([len(line) for line in open(path, encoding="utf-8")])
