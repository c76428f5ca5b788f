import logging
import sys

logging.basicConfig(format="%(message)s", level=logging.DEBUG, stream=sys.stdout)
log = logging.getLogger("load")


def parse(line):
    logging.info("parse %s", line)
    return line.strip()


def check(text):
    log.debug("check %s", text)
    return len(text)


def load(lines: list[str]):
    texts = [parse(line) for line in lines]
    sizes = [check(text) for text in texts]
    return sorted(sizes)


print(load(["a ", "bb "]))
