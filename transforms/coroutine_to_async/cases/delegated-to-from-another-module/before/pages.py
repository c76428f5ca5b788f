from fetching import fetch


def all_of(n):
    def one(i):
        return (yield from fetch(i))
    return (yield from one(n))
