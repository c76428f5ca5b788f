def parse(text, callback):
    if not text:
        raise ValueError("empty")
    callback(int(text))


def double(text, callback):
    parse(text, lambda n: callback(n * 2))


double("4", print)
try:
    double("", print)
except ValueError as err:
    print("raised", err)
