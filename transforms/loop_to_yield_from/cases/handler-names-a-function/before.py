class Plain:
    pass


def by_itself():
    try:
        yield 1
    except by_itself:
        pass


def by_a_plain_class():
    try:
        yield 1
    except (KeyError, Plain):
        pass


def relay():
    for value in by_itself():
        yield value


def another():
    for value in by_a_plain_class():
        yield value


for made in relay(), another():
    next(made)
    try:
        made.close()
        print("closed")
    except TypeError as error:
        print(error)
