def read(name, success, failure):
    if name == "bad":
        failure(OSError(name))
        return
    success(name)


def sized(name, success, failure):
    def got(text):
        success((len(text), text))

    def lost(problem):
        print("lost", name)
        failure(problem)
    read(name, failure=lost, success=got)


def total(size, text):
    print(size, text)


sized("good", failure=lambda e: print("no", e), success=print)
sized("bad", print, lambda e: print("no", type(e)))
