def parse(text, on_done, on_error):
    try:
        number = int(text)
    except ValueError as error:
        on_error(error)
        return
    on_done(number)


def total(first, second, on_done, on_error):
    def got_first(a):
        parse(second, lambda b: on_done(a + b), on_error)
    parse(first, got_first, on_error)


def failed(error):
    print("failed", error)


total("1", "2", print, failed)
total("1", "x", print, failed)
total("y", "2", print, failed)
