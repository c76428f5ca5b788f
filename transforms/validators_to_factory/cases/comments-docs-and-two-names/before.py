# days of any month
def parse_day(day):
    "The day as a number."
    try:
        day = int(day)
    except (TypeError, ValueError):
        raise ValueError("no day: %r" % (day,)) from None
    if day < 1 or day > 31:
        raise ValueError("no day: %d" % day)
    return day


def parse_month(month):
    try:
        month = int(month)  # months begin with 1
    except (TypeError, ValueError):
        raise ValueError("no month: %r" % (month,)) from None
    if month < 1 or month > 12:
        raise ValueError("no month: %d" % month)
    return month


help(parse_day) if False else None
for parse in (parse_day, parse_month):
    for raw in ("7", "0", "31", "x", None, (1,)):
        try:
            print(parse(raw))
        except ValueError as exc:
            print(exc)
