import logging
import sys

logging.basicConfig(format="%(funcName)s %(message)s", level=logging.DEBUG, stream=sys.stdout)
log = logging.getLogger("albums")


def album_for(number):
    log.debug("album %s", number)
    return number if number % 2 else None


def albums(numbers):
    found = [album_for(n) for n in numbers]
    return [a for a in found if a is not None]


print(albums([1, 2, 3]))
