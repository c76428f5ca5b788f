log = []


def add(a, b):
    log.append(sorted(locals()))
    try:
        return a + b
    finally:
        log.append("end")


def sub(a, b):
    log.append(sorted(locals()))
    try:
        return a - b
    finally:
        log.append("end")


print(add(1, 2), sub(3, 4), log)
