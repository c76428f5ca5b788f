suppress = "a name"
contextlib = "another"


def number(text):
    try:
        return int(text)
    except ValueError:
        pass


print(number("x"), suppress, contextlib)
