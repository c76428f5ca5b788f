import logging
import sys

logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO, stream=sys.stdout)
log = logging.getLogger("orders")


def is_valid(order):
    if order < 0:
        logging.warning("negative: %s", order)
    return order >= 0


def is_small(order):
    if order > 10:
        log.info("large: %s", order)
    return order <= 10


class Checker:
    def __init__(self):
        self.log = logging.getLogger("checker")

    def is_even(self, order):
        if order % 2:
            self.log.error("odd: %s", order)
        return order % 2 == 0

    def all_even(self, orders: list[int]):
        return all([self.is_even(o) for o in orders])


def report(orders: list[int]):
    print(all([is_valid(o) for o in orders]))
    print(all([is_small(o) for o in orders]))
    print(any([logging.getLogger("x").isEnabledFor(o) or log.warning("level %s", o) for o in orders]))


report([-1, -20, 30, 40])
print(Checker().all_even([1, 3, 5]))
