log = []


def begin_write(name):
    log.append("write " + name)


def begin_read(name):
    log.append("read " + name)


def finish(name):
    log.append("finish " + name)


def save(name):
    begin_write(name)
    try:
        return name + "!"
    finally:
        finish(name)


def show(name):
    begin_read(name)
    try:
        return name + "?"
    finally:
        finish(name)


print(save("a"), show("b"), log)
