def install(steps, log):
    undo = []
    try:
        for name in steps:
            log.append("do " + name)
            undo.append(lambda n=name: log.append("undo " + n))
        return len(undo)
    finally:
        for f in reversed(undo):
            f()


def checked(steps, log):
    undo = []
    try:
        for name in steps:
            undo.append(lambda n=name: log.append("undo " + n))
        if not undo:
            log.append("nothing to do")
    finally:
        while undo:
            undo.pop()()


def with_a_first_one(steps, log):
    undo = [lambda: log.append("last of all")]
    try:
        for name in steps:
            undo.append(lambda n=name: log.append("undo " + n))
    finally:
        for f in reversed(undo):
            f()


log = []
print(install(["a", "b"], log))
checked([], log)
with_a_first_one(["c"], log)
print(log)
