def number(text):
    try:
        n = int(text)
    except ValueError:
        pass
    else:
        print("number", n)


number("1")
number("x")
