def divide(a, b, done):
    done(a // b, a % b)


def scaled(a, b, done):
    divide(a * 10, b, lambda q, r: done(q, r / 10))


def report(text, done):
    def got(q, r):
        done(text + ": %d, %s" % (q, r))
    scaled(7, 2, got)


report("seven", print)
divide(9, 4, print)
scaled(9, 4, lambda q, r: print("q", q, "r", r))
