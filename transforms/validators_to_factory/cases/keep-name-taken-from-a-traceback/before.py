import sys
import traceback


def check_small(value):
    if value > 10:
        raise ValueError("more than 10")
    return value


def check_big(value):
    if value > 1000:
        raise ValueError("more than 1000")
    return value


try:
    check_small(11)
except ValueError:
    print(traceback.extract_tb(sys.exc_info()[2])[-1].name)
