class Bad(Exception):
    pass


def check(n, done):
    if n is None:
        return done("nothing")
    if n < 0:
        raise Bad(n)
    if n == 0:
        done("zero")
        return
    value = n * 2
    done(value)


for n in (None, 0, 4):
    check(n, print)
try:
    check(-1, print)
except Bad as exc:
    print("bad", exc)
