from . import prices


def is_large(order: list[float]) -> bool:
    return any([prices.with_tax(p) > 2 for p in order])


def counts(order: list[float]) -> bool:
    return any([prices.counted(p) > 2 for p in order])
