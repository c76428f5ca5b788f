log = []


def first():
    log.append("""begin
  of it""")
    try:
        return len(log)
    finally:
        log.pop()


def second():
    log.append("""begin
  of it""")
    try:
        return log[-1]
    finally:
        log.pop()


print(first(), second())
