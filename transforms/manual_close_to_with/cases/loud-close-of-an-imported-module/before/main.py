import devices


def run(kind, n):
    tool = devices.MAKERS[kind]()
    result = tool.use(n)
    tool.close()
    return result


print(run("loud", 2))
try:
    run("loud", 0)
except ZeroDivisionError:
    print("no result")
