"""As much of twisted as the case needs: everything is there at once."""


class Deferred(object):
    def __init__(self, result):
        self.result = result

    def addCallback(self, callback):
        self.result = callback(self.result)
        return self

    def __await__(self):
        return self

    def __next__(self):
        raise StopIteration(self.result)


def succeed(result):
    return Deferred(result)


class _Return(BaseException):
    def __init__(self, value):
        self.value = value


def returnValue(value):
    raise _Return(value)


def _drive(generator):
    given = None
    while True:
        try:
            given = generator.send(given).result
        except (StopIteration, _Return) as end:
            return Deferred(getattr(end, "value", None))


def ensureDeferred(coroutine):
    return coroutine if isinstance(coroutine, Deferred) else _drive(coroutine)


def inlineCallbacks(function):
    return lambda *arguments: _drive(function(*arguments))
