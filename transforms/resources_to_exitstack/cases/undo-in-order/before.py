log = []


def work(names):
    undo = []
    try:
        for name in names:
            log.append("do " + name)
            undo.append(lambda name=name: log.append("undo " + name))
        return len(names)
    finally:
        for step in undo:
            step()


print(work("abc"), log)
