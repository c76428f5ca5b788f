_limit = 10


def make(strict):
    global _limit
    _limit += 1

    class Config:
        if strict:
            _limit = 1
        shown = _limit

    return Config.shown


print(make(True), make(False), make(True), make(False))
