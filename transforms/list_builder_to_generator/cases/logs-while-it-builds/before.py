import logging
import sys

logging.basicConfig(format="%(funcName)s %(message)s", level=logging.DEBUG, stream=sys.stdout)
logger = logging.getLogger("rows")


def rows(n: int):
    out = []
    for i in range(n):
        logger.debug("row %d", i)
        out.append(i)
    return out


def steps(n: int):
    out = []
    for i in range(n):
        logger.debug("step %d", i)
        out.append(i)
    return out


print(max(rows(3)))
for step in steps(2):
    logger.info("took %d", step)
