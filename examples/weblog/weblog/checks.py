"""Does something need attention? Every check says what it found."""

import sys

from . import stats


def attention(log):
    """Whether any check complains. All of them run: each prints its own complaint."""
    return any([check(log) for check in CHECKS])


def too_many_failures(log):
    if stats.failures(log) * 10 > len(log):
        print("attention: more than a tenth of the requests failed", file=sys.stderr)
        return True
    return False


def one_host_dominates(log):
    hosts = stats.by_host(log)
    if hosts and hosts[0][1] * 2 > len(log):
        print("attention: {} made more than half of the requests".format(hosts[0][0]), file=sys.stderr)
        return True
    return False


CHECKS = [too_many_failures, one_host_dominates]
