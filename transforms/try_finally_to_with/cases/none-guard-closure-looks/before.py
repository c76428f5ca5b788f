import io


def run(text, log):
    f = None

    def status():
        return "none" if f is None else "closed" if f.closed else "open"

    log.append(status)
    try:
        log.append(status())
        f = io.StringIO(text)
        log.append(status())
        return f.read()
    finally:
        if f is not None:
            f.close()


log = []
print(run("abc", log), [s if isinstance(s, str) else s() for s in log])
