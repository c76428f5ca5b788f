import io


def first(source, log):
    f = None
    try:
        log.append(f is None)
        if not source:
            return "nothing" if f is None else f.read()
        f = io.StringIO(source)
        return f.readline()
    finally:
        if f is not None:
            f.close()


log = []
print(first("", log), first("a\nb", log), log)
