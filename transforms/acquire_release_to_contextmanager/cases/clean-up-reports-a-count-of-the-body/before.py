log = []


def begin(name):
    log.append(("begin", name))


def end(name, count):
    log.append(("end", name, count))


def load(rows):
    count = 0
    begin("load")
    try:
        for row in rows:
            count += 1
        return count
    finally:
        end("load", count)


def store(rows):
    count = 0
    begin("store")
    try:
        while count < len(rows):
            count += 2
        return count
    finally:
        end("store", count)


print(load("abc"), store("abc"), log)
