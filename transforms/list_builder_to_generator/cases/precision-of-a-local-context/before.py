from decimal import Decimal, localcontext


def _thirds(numbers):
    thirds = []
    with localcontext() as context:
        context.prec = 3
        for number in numbers:
            thirds.append(Decimal(number) / 3)
    return thirds


def total(numbers):
    whole = Decimal(100000)
    for third in _thirds(numbers):
        whole = whole + third
    return whole


print(total([1, 2]))
