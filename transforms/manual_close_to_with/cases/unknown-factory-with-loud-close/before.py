class Loud:
    def use(self, n):
        return 10 // n

    def close(self):
        print("closed")


class Quiet:
    def use(self, n):
        return n

    def close(self):
        pass


MAKERS = {"loud": Loud, "quiet": Quiet}


def run(kind, n):
    tool = MAKERS[kind]()
    result = tool.use(n)
    tool.close()
    return result


print(run("loud", 2), run("quiet", 0))
try:
    run("loud", 0)
except ZeroDivisionError:
    print("no result")
