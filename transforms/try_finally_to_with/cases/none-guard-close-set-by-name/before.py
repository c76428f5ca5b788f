import os


def size(log):
    f = None
    try:
        f = open(os.__file__)
        setattr(f, "close", lambda: log.append("closed"))
    except OSError:
        log.append("missing")
    else:
        log.append("read")
    finally:
        if f is not None:
            f.close()
    return log


print(size([]))
