_n = 0


def inc():
    global _n
    _n += 1
    return _n


def dec():
    global _n
    _n -= 1
    return _n


for f in (inc, dec):
    print(str(f).split(" at ")[0], f())
