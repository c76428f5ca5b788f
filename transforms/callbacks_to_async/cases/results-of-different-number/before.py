def load(key, done):
    if key:
        done(key, len(key))
        return
    done("")


def show(key, size=0):
    print(key, size)


load("a", show)
load("", show)
