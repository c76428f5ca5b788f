calls = []


def with_tax(price):
    return price * 1.2


def counted(price):
    calls.append(price)
    return price
