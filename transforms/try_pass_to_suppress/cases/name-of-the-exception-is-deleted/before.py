def check(text):
    e = "nothing"
    try:
        int(text)
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError:
        return "deleted"


print(check("1"), check("x"))
