def make_check(minimum, maximum, label):
    def check(value):
        if value < minimum or value > maximum:
            raise ValueError("%s %s is out of range" % (label, value))
        return value

    return check


check_port = make_check(1, 65535, "port")
check_uid = make_check(500, 60000, "uid")
check_pid = make_check(2, 32768, "pid")


for f in (check_port, check_uid, check_pid):
    for v in (0, 600, 1e6, (1,), "x"):
        try:
            print(f(v))
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e if isinstance(e, ValueError) else "")
