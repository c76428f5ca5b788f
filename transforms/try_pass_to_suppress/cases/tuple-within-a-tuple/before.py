def number(text):
    try:
        return int(text)
    except (TypeError, (ValueError, OverflowError)):
        pass


try:
    print(number("x"))
except TypeError as error:
    print("TypeError", error)
