def check_port(value):
    if value < 1 or value > 65535:
        raise ValueError("port %s is out of range" % value)
    return value


def check_uid(value):
    if value < 500 or value > 60000:
        raise ValueError("uid %s is out of range" % value)
    return value


def check_pid(value):
    if value < 2 or value > 32768:
        raise ValueError("pid %s is out of range" % value)
    return value


for f in (check_port, check_uid, check_pid):
    for v in (0, 600, 1e6, (1,), "x"):
        try:
            print(f(v))
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e if isinstance(e, ValueError) else "")
