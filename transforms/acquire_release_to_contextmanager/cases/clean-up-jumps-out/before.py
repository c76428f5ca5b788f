log = []


def each(xs):
    for x in xs:
        log.append(x)
        try:
            print(10 // x)
        finally:
            log.pop()
            continue


def all_of(xs):
    for x in xs:
        log.append(x)
        try:
            print(100 // x)
        finally:
            log.pop()
            continue


each([1, 0, 2])
all_of([0, 5])
print(log)
